import type { StickyToken } from "sticky-uploads"
import { createStickyClient } from "sticky-uploads/client"
import { describe, expectTypeOf, it } from "vitest"
import { StickyField, type StickyUpload, useStickyUpload, useStickyUploads } from "./index.js"

/** What of a tRPC router its type says of its procedures. */
interface Router {
  _def: { record: { submission: { create: { _def: { $types: { input: Input } } } } } }
}
interface Input {
  title: string
  upload: File | StickyToken
  attachments: (File | StickyToken)[]
}

const client = createStickyClient<Router>({ url: "/sticky" })

describe("the targets of a field", () => {
  it("are those of the client's router", () => {
    expectTypeOf(() => useStickyUpload(client, "submission.create/upload")).returns.toEqualTypeOf<StickyUpload>()
    useStickyUploads(client, "submission.create/attachments.*")
    ;<StickyField client={client} target="submission.create/upload" label="Your file" />
    // @ts-expect-error: there is no such field
    useStickyUpload(client, "submission.create/title")
    // @ts-expect-error: there is no such procedure
    ;<StickyField client={client} target="submission.update/upload" label="Your file" />
  })

  it("are any string where the client knows no router", () => {
    useStickyUpload(createStickyClient({ url: "/sticky" }), "anything/at.all")
  })

  it("takes the hooks of the client, and the file as the form and the server hand it back", () => {
    useStickyUpload(client, "submission.create/upload", {
      before: (file) => expectTypeOf(file).toEqualTypeOf<File>(),
      defaultFile: { token: "a.b.c", name: "a.txt", size: 1 },
      errors: undefined,
    })
  })
})
