import { afterEach, describe, expect, it, vi } from "vitest"
import * as z from "../zod.js"
import type { StagedField } from "./form/invalid-form.js"
import { redacted } from "./redacted.js"
import { createSticky } from "./sticky.js"
import { createMemoryStorage } from "./storages/memory.js"

interface Context {
  user: string | undefined
}
const ann = { user: "ann" }
const bob = { user: "bob" }
const stored = { storage: "archive", key: "k-1", name: "a.pdf", size: 1234, type: "application/pdf" }
const target = "report/upload"
const report = z.object({
  upload: z.stickyFile(),
  tight: z.stickyFile({ maxBytes: 1000, accept: ["image/*"] }).optional(),
  items: z.array(z.object({ photo: z.stickyFile().nullish() })).optional(),
})

function create(options: Partial<Parameters<typeof createSticky<Context>>[0]> = {}) {
  const sticky = createSticky<Context>({
    secrets: ["a secret that is at least 32 bytes long"],
    storage: createMemoryStorage(),
    authorize: () => true,
    sweepEverySeconds: false,
    ...options,
  })
  sticky.register({ report })
  return sticky
}
const subject = ({ ctx }: { ctx: Context }) => ctx.user
const sticky = create({ subject })
const existing = (options: { ctx?: Context; target?: string; expiresInSeconds?: number } = {}) =>
  sticky.existing(stored, { ctx: ann, target, ...options })
const parse = (input: unknown, ctx: Context = ann, by = sticky) => by.parse(report, input, { ctx, procedure: "report" })

/** What a parse refuses, as `path: code`. */
async function refusalOf(parsed: Promise<unknown>) {
  const issues = await parsed.then(
    () => [],
    (error: { issues: { path: PropertyKey[]; params?: { code: string } }[] }) => error.issues,
  )
  return issues.map(({ path, params }) => `${path.join(".")}: ${params?.code}`).join()
}

afterEach(() => void vi.useRealTimers())

describe("sticky.existing", () => {
  it("gives what a form's field shows, and the token that is parsed to the same stored file", async () => {
    const field: StagedField = existing()
    const shown = { name: "a.pdf", size: 1234, type: "application/pdf", isExisting: true }
    expect(field).toEqual({ token: expect.any(String), ...shown })
    const { upload } = await parse({ upload: field.token })
    expect(upload).toMatchObject({
      name: "a.pdf",
      size: 1234,
      type: "application/pdf",
      id: undefined,
      existing: stored,
    })
  })

  it("tells it from an upload and from raw bytes, which have nothing of the kind", async () => {
    const { upload } = await parse({ upload: new File(["x"], "a.txt") })
    expect(upload.existing).toBeUndefined()
  })

  it("is promoted to itself, into whatever storage, as often as one likes", async () => {
    const uploads = createMemoryStorage({ name: "elsewhere" })
    const { upload } = await parse({ upload: existing().token })
    expect(await upload.promote(uploads, { key: "other" })).toEqual(stored)
    expect(await upload.promote(uploads)).toEqual(stored)
    expect(await uploads.stat("other")).toBeUndefined()
  })

  it("gives its checksum where it has one", async () => {
    const { token } = sticky.existing({ ...stored, sha256: "0a" }, { ctx: ann, target })
    const { upload } = await parse({ upload: token })
    expect(upload.sha256).toBe("0a")
    expect(await upload.promote(createMemoryStorage())).toEqual({ ...stored, sha256: "0a" })
  })

  it("is not opened, as its storage is the app's, and the error says where to look", async () => {
    const { upload } = await parse({ upload: existing().token })
    const refused = expect.objectContaining({ code: "content_stored", status: 500, details: { name: "a.pdf" } })
    await expect(upload.text()).rejects.toEqual(refused)
    await expect(upload.arrayBuffer()).rejects.toEqual(refused)
    expect(() => upload.stream()).toThrow("`existing`")
    await expect(upload.discard()).resolves.toBeUndefined()
  })

  it("is used up by no call, and told to no hook", async () => {
    const onPromoted = vi.fn()
    const watched = create({ subject, onPromoted })
    const input = { upload: watched.existing(stored, { ctx: ann, target }).token }
    for (let count = 0; count < 2; count += 1) {
      const call = { ctx: ann, procedure: "report", input }
      const work = async () => report.parse(input).upload.promote(createMemoryStorage())
      expect(await watched.run(call, work)).toEqual(stored)
    }
    expect(onPromoted).not.toHaveBeenCalled()
  })

  it("is not judged again by limits that became tighter, as new files are", async () => {
    const { token } = existing({ target: "report/tight" })
    const { tight } = await parse({ upload: existing().token, tight: token })
    expect(tight?.existing).toEqual(stored)
  })

  it("stands in lists and nested fields, by the place's own key too", async () => {
    const [one, two] = ["report/items.*.photo", "report/items.7.photo"].map((target) => existing({ target }).token)
    const { items } = await parse({
      upload: existing().token,
      items: [{ photo: one }, { photo: null }, { photo: two }],
    })
    expect(items?.map(({ photo }) => photo?.existing?.key)).toEqual(["k-1", undefined, "k-1"])
  })

  it("stands once in a list, and a file that a row has twice has two tokens", async () => {
    const [one, two] = [1, 2].map(() => existing({ target: "report/items.*.photo" }).token)
    const input = (...photos: unknown[]) => ({ upload: existing().token, items: photos.map((photo) => ({ photo })) })
    expect(await refusalOf(parse(input(one, one)))).toBe("items.0.photo: token_used,items.1.photo: token_used")
    expect(await refusalOf(parse(input(one, two)))).toBe("")
  })

  it.each<[string, () => [unknown, Context?, typeof sticky?], string]>([
    ["at another field", () => [existing({ target: "report/tight" }).token], "upload: token_wrong_target"],
    ["to another person", () => [existing().token, bob], "upload: token_wrong_subject"],
    ["to somebody, where nobody asks", () => [existing().token, { user: undefined }], "upload: token_wrong_subject"],
    [
      "to nobody, where somebody asks",
      () => [existing({ ctx: { user: undefined } }).token],
      "upload: token_wrong_subject",
    ],
    [
      "by another sticky",
      () => [existing().token, ann, create({ subject, name: "staff" })],
      "upload: token_wrong_target",
    ],
    ["with other claims", () => [existing().token.replace(/\../, ".f")], "upload: token_tampered"],
  ])("is refused %s", async (_what, make, refusal) => {
    const [upload, ctx, by] = make()
    expect(await refusalOf(parse({ upload }, ctx, by))).toBe(refusal)
  })

  it("lives as long as the sticky says, or as it was told", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 })
    const [day, minute] = [existing().token, existing({ expiresInSeconds: 59.5 }).token]
    const after = async (seconds: number, upload: string) => {
      vi.setSystemTime(1_700_000_000_000 + seconds * 1000)
      return refusalOf(parse({ upload }))
    }
    expect(await after(59, minute)).toBe("")
    expect(await after(60, minute)).toBe("upload: token_expired")
    expect(await after(86_399, day)).toBe("")
    expect(await after(86_400, day)).toBe("upload: token_expired")
  })

  it("is for whoever holds it where the app names no subjects, as tokens are", async () => {
    const anybody = create()
    const { token } = anybody.existing(stored, { ctx: ann, target })
    expect(await refusalOf(parse({ upload: token }, bob, anybody))).toBe("")
  })

  it("is no upload: it cannot be looked at", () => {
    expect(() => sticky.preview(existing().token, { ctx: ann })).toThrow(
      expect.objectContaining({ code: "token_tampered", details: { reason: "unknown_key" } }),
    )
  })

  it("is left out of logs like any token", () => {
    expect(redacted({ said: `of ${existing().token}.` })).toEqual({ said: "of [token]." })
  })

  it.each([
    ["storage", { storage: undefined }],
    ["key", { key: "" }],
    ["name", { name: null }],
    ["type", { type: 5 }],
    ["size", { size: "1234" }],
    ["size", { size: -1 }],
    ["size", { size: 1.5 }],
  ])("says of a row that is no stored file what is wrong: its %s", (field, wrong) => {
    const row = { ...stored, ...wrong } as typeof stored
    expect(() => sticky.existing(row, { ctx: ann, target })).toThrow(TypeError)
    expect(() => sticky.existing(row, { ctx: ann, target })).toThrow(`the ${field} of an existing file is`)
  })

  it("takes an empty file, which a field may have taken", () => {
    expect(sticky.existing({ ...stored, size: 0 }, { ctx: ann, target })).toMatchObject({ size: 0 })
  })

  it("says which targets there are, and that a life makes no sense", () => {
    expect(() => existing({ target: "report/nothing" })).toThrow('no target "report/nothing"; there are report/upload')
    expect(() => existing({ expiresInSeconds: 0 })).toThrow("expiresInSeconds is 0")
  })
})
