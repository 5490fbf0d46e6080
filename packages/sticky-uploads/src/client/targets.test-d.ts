import { initTRPC } from "@trpc/server"
import type { StickyToken } from "sticky-uploads"
import { createStickyClient, type StickyTarget } from "sticky-uploads/client"
import * as z from "sticky-uploads/zod"
import { assertType, describe, expectTypeOf, it } from "vitest"

const t = initTRPC.create()
const file = z.stickyFile()
const photo = z.object({ caption: z.string(), photo: file.optional() })

interface Tree {
  leaf: StickyToken
  below?: Tree
}

const router = t.router({
  submission: t.router({
    create: t.procedure.input(z.object({ title: z.string(), upload: file })).mutation(() => 0),
    list: t.procedure.query(() => []),
    deep: t.router({ er: t.procedure.input(z.object({ x: file.nullable() })).query(() => 0) }),
  }),
  album: t.router({
    add: t.procedure
      .input(
        z.object({
          cover: z.object({ image: file.nullish() }).optional(),
          items: z.array(photo),
          attachments: z.array(file).max(3).optional(),
          byName: z.record(z.string(), file),
          pair: z.tuple([z.string(), file]).rest(photo),
          either: z.union([z.object({ a: file }), z.object({ b: z.array(file) }), z.string()]),
          when: z.date(),
          map: z.map(z.string(), file),
          anything: z.any(),
        }),
      )
      .mutation(() => 0),
  }),
  noInput: t.procedure.query(() => 0),
  plain: t.procedure.input(z.object({ title: z.string() })).mutation(() => 0),
  tree: t.procedure.input(z.custom<Tree>()).mutation(() => 0),
})
type Router = typeof router

describe("StickyTarget", () => {
  it("is every field of the router that takes a token, and no other", () => {
    expectTypeOf<Exclude<StickyTarget<Router>, `tree/${string}`>>().toEqualTypeOf<
      | "submission.create/upload"
      | "submission.deep.er/x"
      | "album.add/cover.image"
      | "album.add/items.*.photo"
      | "album.add/attachments.*"
      | "album.add/byName.*"
      | "album.add/pair.1"
      | "album.add/pair.*.photo"
      | "album.add/either.a"
      | "album.add/either.b.*"
    >()
  })

  it("ends at eight segments where a type contains itself", () => {
    expectTypeOf<Extract<StickyTarget<Router>, `tree/${string}`>>().toEqualTypeOf<
      | "tree/leaf"
      | "tree/below.leaf"
      | "tree/below.below.leaf"
      | "tree/below.below.below.leaf"
      | "tree/below.below.below.below.leaf"
      | "tree/below.below.below.below.below.leaf"
      | "tree/below.below.below.below.below.below.leaf"
      | "tree/below.below.below.below.below.below.below.leaf"
    >()
  })

  it("is any string where no router is given", () => {
    expectTypeOf<StickyTarget<unknown>>().toEqualTypeOf<string>()
    expectTypeOf<StickyTarget<any>>().toEqualTypeOf<string>()
  })
})

describe("createStickyClient", () => {
  const client = createStickyClient<Router>({ url: "/sticky" })
  const input = {} as HTMLInputElement

  it("takes the router's targets alone", () => {
    client.attach(input, "album.add/items.*.photo")
    // @ts-expect-error: a field that takes no file.
    client.attach(input, "submission.create/title")
    // @ts-expect-error: no such procedure.
    client.upload(new File([], "x"), "submission.update/upload")
    createStickyClient({ url: "/sticky" }).attach(input, "submission/upload")
  })

  it("types the hooks, what they are called with, and the instance on the element", () => {
    const uploader = client.attach(input, "submission.create/upload", {
      before(picked) {
        expectTypeOf(picked).toEqualTypeOf<File>()
        expectTypeOf(this.processing).toEqualTypeOf<boolean>()
        return picked.size < 10
      },
      success: (answer, own) => assertType<[boolean, boolean]>([answer.is_valid, own.processing]),
      failure: ({ status, errors }) => assertType<[number, string[]]>([status, errors.upload]),
      submit: "wait",
    })
    expectTypeOf(input.stickyUploader).toEqualTypeOf<typeof uploader | undefined>()
    expectTypeOf(client.upload(new File([], "x"), "submission.create/upload")).resolves.toEqualTypeOf<StickyToken>()
    // @ts-expect-error: not a mode.
    client.attach(input, "submission.create/upload", { submit: "later" })
  })
})
