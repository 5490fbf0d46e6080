import { initTRPC } from "@trpc/server"
import { describe, expect, it } from "vitest"
import * as z from "../zod.js"
import { createRegistry, type RouterLike, type Schemas } from "./registry.js"

const t = initTRPC.create()
const photo = z.stickyFile({ maxBytes: 5000, accept: ["image/*"] })
const submission = z.object({ title: z.string(), upload: photo, more: z.array(z.stickyFile()).optional() })
const create = t.procedure.input(submission).mutation(() => 1)
const router = t.router({ submission: t.router({ create }), ping: t.procedure.query(() => 1) })

function registryOf(...sources: (RouterLike | Schemas)[]) {
  const registry = createRegistry()
  for (const source of sources) registry.register(source)
  return registry
}
const names = (registry: ReturnType<typeof createRegistry>) =>
  [...registry.targets()].map(({ target }) => target).sort()

describe("createRegistry", () => {
  it("knows the targets of a router by procedure and path", () => {
    const registry = registryOf(router)
    expect(names(registry)).toEqual(["submission.create/more.*", "submission.create/upload"])
    expect(registry.target("submission.create/upload")).toMatchObject({ procedure: "submission.create" })
    expect(registry.target("submission.create/upload")?.limits.map((each) => each.maxBytes)).toEqual([5000])
    expect(registry.fields("submission.create")?.arrays).toEqual([{ path: ["more"], optional: true }])
    expect(registry.fields("ping")).toMatchObject({ leaves: [], targets: [] })
  })

  it("knows the targets of named schemas", () => {
    expect(names(registryOf({ submission, profile: z.object({ photo }) }))).toEqual([
      "profile/photo",
      "submission/more.*",
      "submission/upload",
    ])
  })

  it.each([
    "constructor",
    "__proto__",
    "submission.create",
    "submission.create/",
    "submission.create/title",
    "ping/",
    "",
  ])("knows no target %j", (name) => {
    const registry = registryOf(router)
    expect(registry.target(name)).toBeUndefined()
    expect(registry.fields(`${name}!`)).toBeUndefined()
  })

  it("knows the target of a record's or an array's entry by the entry's own path", () => {
    const registry = registryOf({ album: z.object({ byName: z.record(z.string(), photo), all: z.array(photo) }) })
    expect(registry.target("album/byName.ann")?.target).toBe("album/byName.*")
    expect(registry.target("album/all.0")?.target).toBe("album/all.*")
    expect(registry.target("album/all.0.deep")).toBeUndefined()
  })

  it("takes the same router twice for one", () => {
    expect(names(registryOf(router, router))).toEqual(names(registryOf(router)))
  })

  it("leaves those procedures out that have the middleware of a sticky of another name, and of none of its own", () => {
    const marked = (name?: string) =>
      Object.assign((call: { next: () => Promise<never> }) => call.next(), { sticky: { name } }) as never
    const input = z.object({ photo })
    const split = t.router({
      unmarked: t.procedure.input(input).mutation(() => 1),
      plain: t.procedure
        .use(marked())
        .input(input)
        .mutation(() => 1),
      staff: t.procedure
        .use(marked("staff"))
        .input(input)
        .mutation(() => 1),
      both: t.procedure
        .use(marked())
        .use(marked("staff"))
        .input(input)
        .mutation(() => 1),
    })
    const known = (name?: string) => {
      const registry = createRegistry(name)
      registry.register(split)
      return names(registry)
    }
    expect(known()).toEqual(["both/photo", "plain/photo", "unmarked/photo"])
    expect(known("staff")).toEqual(["both/photo", "staff/photo", "unmarked/photo"])
    expect(known("other")).toEqual(["unmarked/photo"])
  })

  it("takes routers and schemas side by side", () => {
    expect(names(registryOf({ a: z.object({ photo }) }, { b: z.object({ photo }) }))).toEqual(["a/photo", "b/photo"])
  })

  it("refuses a second procedure of a name that is taken", () => {
    expect(() => registryOf({ a: z.object({ photo }) }, { a: z.object({ photo }) })).toThrow(
      'sticky-uploads: "a" is registered twice',
    )
  })

  it("takes nothing of a source that it refuses: half of it was known, and a second try passed in silence", () => {
    const registry = registryOf({ b: z.object({ photo }) })
    const second = { a: z.object({ photo }), b: z.object({ photo }) }
    expect(() => registry.register(second)).toThrow(TypeError)
    expect(names(registry)).toEqual(["b/photo"])
    expect(() => registry.register(second)).toThrow(TypeError)
  })

  it("gives a schema that is used twice both its targets", () => {
    const registry = registryOf({ pair: z.object({ front: photo, back: photo }) })
    expect(registry.fields("pair")?.targetsOf.get(photo)).toEqual(new Set(["pair/front", "pair/back"]))
  })

  it("gives a union of files one target with the limits of both", () => {
    const either = z.union([photo, z.stickyFile({ maxBytes: 9, accept: [".pdf"] })])
    const registry = registryOf({ a: z.object({ file: either }) })
    expect(names(registry)).toEqual(["a/file"])
    expect(registry.target("a/file")?.limits.map((each) => each.maxBytes)).toEqual([5000, 9])
    expect(registry.fields("a")?.targets).toHaveLength(1)
  })

  it("reads every input of a procedure that has several", () => {
    const base = t.procedure.input(z.object({ logo: photo }))
    const both = t.router({ add: base.input(z.object({ banner: photo })).mutation(() => 1) })
    expect(names(registryOf(both))).toEqual(["add/banner", "add/logo"])
    expect(registryOf(both).fields("add")?.schemas).toHaveLength(2)
  })

  it("passes over procedures without input and inputs that are no Zod schemas", () => {
    const odd = t.router({
      none: t.procedure.query(() => 1),
      plain: t.procedure.input((value: unknown) => String(value)).query(() => 1),
    })
    expect(names(registryOf(odd))).toEqual([])
  })
})
