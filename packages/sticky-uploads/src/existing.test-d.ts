import { type inferRouterInputs, initTRPC } from "@trpc/server"
import { describe, expectTypeOf, it } from "vitest"
import type { StickyFieldFile } from "./html.js"
import { createMemoryStorage, type StagedField, type Sticky, type Stored } from "./server.js"
import { stickyMiddleware } from "./trpc.js"
import * as z from "./zod.js"

interface Context {
  user: string
}
declare const sticky: Sticky<Context>
const uploads = createMemoryStorage()
const t = initTRPC.context<Context>().create()
const report = z.object({ upload: z.stickyFile().nullish(), attachments: z.array(z.stickyFile()) })
const router = t.router({
  update: t.procedure
    .use(stickyMiddleware(sticky))
    .input(report)
    .mutation(async ({ input }) => {
      const { upload } = input
      if (!upload) expectTypeOf(upload).toEqualTypeOf<null | undefined>()
      else if (upload.existing) expectTypeOf(upload.existing).toEqualTypeOf<Stored>()
      else expectTypeOf(upload.existing).toEqualTypeOf<undefined>()
      expectTypeOf(input.attachments.flatMap(({ existing }) => existing ?? [])).toEqualTypeOf<Stored[]>()
      return (await upload?.promote(uploads)) ?? null
    }),
})

describe("sticky.existing", () => {
  const field = sticky.existing({} as Stored, { ctx: { user: "ann" }, target: "update/upload" })

  it("returns what stickyField and a failed form have", () => {
    expectTypeOf(field).toEqualTypeOf<StagedField>()
    expectTypeOf(field).toExtend<StickyFieldFile>()
  })

  it("has a token that a typed client takes", () => {
    expectTypeOf(field.token).toExtend<inferRouterInputs<typeof router>["update"]["upload"]>()
  })

  it("asks for the app's own context", () => {
    // @ts-expect-error: a context has a user
    sticky.existing({} as Stored, { ctx: {}, target: "update/upload" })
  })
})
