import fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as z from "../zod.js"
import { walkSchema } from "./targets.js"

const file = z.stickyFile()
const pathsOf = (schema: unknown) => walkSchema(schema).leaves.map(({ path }) => path.join("."))
const optionalOf = (schema: unknown) => walkSchema(schema).leaves.map(({ optional }) => optional)

describe("walkSchema", () => {
  it.each<[string, z.ZodType, string[]]>([
    ["the file itself", file, [""]],
    ["an object", z.object({ a: file, b: z.string(), c: z.object({ d: file }) }), ["a", "c.d"]],
    ["a strict object", z.strictObject({ a: file }), ["a"]],
    ["a loose object", z.looseObject({ a: file }), ["a"]],
    ["an object's catch-all", z.object({ a: z.string() }).catchall(file), ["*"]],
    ["an array", z.array(file), ["*"]],
    ["an array of objects", z.object({ items: z.array(z.object({ photo: file })) }), ["items.*.photo"]],
    ["an array of arrays", z.array(z.array(file)), ["*.*"]],
    ["a tuple", z.tuple([z.string(), file, z.object({ a: file })]), ["1", "2.a"]],
    ["a tuple with a rest", z.tuple([file], file), ["0", "*"]],
    ["a record", z.record(z.string(), file), ["*"]],
    ["a partial record", z.partialRecord(z.enum(["en", "de"]), file), ["*"]],
    ["a map", z.map(z.string(), z.object({ a: file })), ["*.a"]],
    ["a set", z.set(file), ["*"]],
    ["a union", z.object({ a: z.union([z.string(), file]) }), ["a"]],
    ["a union of objects", z.union([z.object({ a: file }), z.object({ b: file })]), ["a", "b"]],
    [
      "a discriminated union",
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("photo"), photo: file }),
        z.object({ kind: z.literal("text"), text: z.string() }),
      ]),
      ["photo"],
    ],
    ["an intersection", z.intersection(z.object({ a: file }), z.object({ b: file })), ["a", "b"]],
    ["optional", z.object({ a: file.optional() }), ["a"]],
    ["nullable", z.object({ a: file.nullable() }), ["a"]],
    ["nullish", z.object({ a: file.nullish() }), ["a"]],
    ["nonoptional", z.object({ a: z.nonoptional(file.optional()) }), ["a"]],
    ["a default", z.object({ a: file.default({} as never) }), ["a"]],
    ["a prefault", z.object({ a: file.prefault("" as never) }), ["a"]],
    ["a catch", z.object({ a: file.catch({} as never) }), ["a"]],
    ["readonly", z.object({ a: file.readonly() }).readonly(), ["a"]],
    ["a pipe", z.object({ a: z.string().transform(Number).pipe(z.number()), b: file.pipe(z.any()) }), ["b"]],
    ["a transform", z.object({ a: file }).transform((value) => value.a), ["a"]],
    ["preprocess", z.preprocess((value) => value, z.object({ a: file })), ["a"]],
    ["a refinement", z.object({ a: file.refine(() => true) }).refine(() => true), ["a"]],
    ["a description", z.object({ a: file.describe("x").meta({ title: "y" }) }), ["a"]],
    ["a brand", z.object({ a: file.brand("A") }), ["a"]],
    ["lazy", z.lazy(() => z.object({ a: file })), ["a"]],
    ["a promise", z.promise(z.object({ a: file })), ["a"]],
    ["what was picked and extended", z.object({ a: file, b: file }).pick({ a: true }).extend({ c: file }), ["a", "c"]],
    ["what was made partial", z.object({ a: file }).partial(), ["a"]],
  ])("finds the files of %s", (_what, schema, paths) => {
    expect(pathsOf(schema)).toEqual(paths)
  })

  it.each<[string, z.ZodType, object[]]>([
    ["their number", z.array(file).min(1).max(3), [{ minFiles: 1, maxFiles: 3 }]],
    ["one number alone", z.array(file).length(2), [{ minFiles: 2, maxFiles: 2 }]],
    ["what they weigh", z.array(file).check(z.maxTotalBytes(10)), [{ maxTotalBytes: 10 }]],
    [
      "the tightest of several",
      z.array(file).max(5).max(3).min(1).min(2).check(z.maxTotalBytes(9), z.maxTotalBytes(7)),
      [{ minFiles: 2, maxFiles: 3, maxTotalBytes: 7 }],
    ],
    ["a list in wrappers, of files in wrappers", z.array(file.optional()).max(3).optional(), [{ maxFiles: 3 }]],
    ["each list by itself", z.array(z.array(file).max(2)).max(3), [{ maxFiles: 2 }]],
    ["nothing of a list of objects", z.array(z.object({ a: file })).max(3), [{}]],
    ["nothing of a list of other things", z.object({ a: file, tags: z.array(z.string()).max(3) }), [{}]],
  ])("knows of a list of files %s", (_what, schema, counts) => {
    expect(walkSchema(schema).leaves.map((leaf) => leaf.counts)).toEqual(counts)
  })

  it("finds nothing in what is no schema, and in schemas without files", () => {
    const schemas = [undefined, null, "text", {}, { _zod: 5 }, () => 1, z.object({ a: z.array(z.string()) }), z.any()]
    for (const schema of schemas) expect(pathsOf(schema)).toEqual([])
  })

  it("gives each file's own node and limits", () => {
    const a = z.stickyFile({ maxBytes: 5 })
    const b = z.stickyFile({ accept: [".pdf"] })
    const { leaves } = walkSchema(z.object({ a, b: z.array(b) }))
    expect(leaves.map(({ node }) => node)).toEqual([a, b])
    expect(leaves.map(({ limits }) => limits.maxBytes)).toEqual([5, 12_000_000])
    expect(leaves[1]?.limits.accept?.list).toEqual([".pdf"])
  })

  it("finds one node at every place where it is used", () => {
    const address = z.object({ photo: file })
    const schema = z.object({ home: address, work: address, more: z.array(address) })
    expect(pathsOf(schema)).toEqual(["home.photo", "work.photo", "more.*.photo"])
    expect(new Set(walkSchema(schema).leaves.map(({ node }) => node)).size).toBe(1)
  })

  it("finds in a lazy schema the very node that parses: its tokens were of another field", () => {
    const lazy = z.lazy(() => z.object({ photo: z.stickyFile() }))
    const parses = (lazy._zod.innerType as z.ZodObject<{ photo: z.ZodType }>).shape.photo
    expect(walkSchema(lazy).leaves[0]?.node).toBe(parses)
  })

  it("says where arrays stand, and whether each may be left out", () => {
    const schema = z.object({
      tags: z.array(z.string()),
      items: z.array(z.object({ photos: z.array(file).optional() })),
    })
    expect(walkSchema(schema).arrays).toEqual([
      { path: ["tags"], optional: false },
      { path: ["items"], optional: false },
      { path: ["items", "*", "photos"], optional: true },
    ])
    expect(walkSchema(z.array(z.string())).arrays).toEqual([{ path: [], optional: false }])
    expect(walkSchema(z.array(z.string()).default([])).arrays).toEqual([{ path: [], optional: true }])
  })

  describe("optional", () => {
    it.each<[z.ZodType, boolean]>([
      [file, false],
      [file.optional(), true],
      [file.nullable(), true],
      [file.nullish(), true],
      [file.default({} as never), true],
      [file.prefault("" as never), true],
      [file.catch({} as never), true],
      [z.optional(z.union([file, z.string()])), true],
      [file.refine(() => true).optional(), true],
      [z.object({ a: file }).optional(), false],
      [z.array(file).optional(), false],
      [z.nonoptional(file.optional()), false],
      [z.nonoptional(file.optional()).optional(), true],
    ])("%# says whether a field may be left out", (schema, optional) => {
      expect(optionalOf(schema)).toEqual([optional])
    })
  })

  describe("of a schema that contains itself", () => {
    it("follows a getter once", () => {
      const Category = z.object({
        photo: file,
        get parent() {
          return Category.optional()
        },
        get children() {
          return z.array(Category)
        },
      })
      expect(pathsOf(Category)).toEqual(["photo"])
      expect(pathsOf(z.object({ root: Category }))).toEqual(["root.photo"])
    })

    it("follows a lazy schema once", () => {
      const Tree: z.ZodType = z.lazy(() => z.object({ photo: file, children: z.array(Tree) }))
      expect(pathsOf(Tree)).toEqual(["photo"])
    })

    it("says so when a lazy schema is a new one each time: it never came to an end", () => {
      const endless = (): z.ZodType => z.object({ photo: z.stickyFile(), next: z.lazy(endless) })
      expect(() => walkSchema(endless())).toThrow("z.lazy")
    })

    it("comes to an end among many kinds that contain each other, as a text editor's do: it took for ever", () => {
      const kinds: z.ZodType[] = Array.from({ length: 40 }, (_, at) =>
        z.object({ [`tag${at}`]: z.string(), content: z.lazy(() => z.array(z.union(kinds as [z.ZodType]))) }),
      )
      const schema = z.object({ upload: file, text: z.union(kinds as [z.ZodType]), tags: z.array(z.string()) })
      const { leaves, arrays } = walkSchema(schema)
      expect(leaves.map(({ path }) => path.join("."))).toEqual(["upload"])
      expect(arrays).toContainEqual({ path: ["tags"], optional: false })
      expect(arrays).toContainEqual({ path: ["text", "content"], optional: false })
    })

    it("refuses a schema with more file fields than anyone can mean, instead of looking for them for ever", () => {
      const kinds: z.ZodType[] = Array.from({ length: 40 }, (_, at) =>
        z.object({ photo: file, [`in${at}`]: z.lazy(() => z.union(kinds as [z.ZodType])) }),
      )
      expect(() => walkSchema(z.union(kinds as [z.ZodType]))).toThrow(TypeError)
    })
  })

  it("finds in any schema exactly the paths that were built into it", () => {
    interface Built {
      schema: z.ZodType
      paths: string[][]
    }
    const prefixed = (part: string, { paths }: Built) => paths.map((path) => [part, ...path])
    const leaf: fc.Arbitrary<Built> = fc
      .constantFrom<() => Built>(
        () => ({ schema: z.stickyFile(), paths: [[]] }),
        () => ({ schema: z.stickyFile({ maxBytes: 5 }).refine(() => true), paths: [[]] }),
        () => ({ schema: z.string(), paths: [] }),
      )
      .map((make) => make())
    const { tree } = fc.letrec<{ tree: Built; node: Built }>((tie) => ({
      tree: fc.oneof({ depthSize: "medium" }, leaf, tie("node")),
      node: fc.oneof(
        fc.array(tie("tree"), { maxLength: 4 }).map((fields) => ({
          schema: z.object(Object.fromEntries(fields.map(({ schema }, at) => [`f${at}`, schema]))),
          paths: fields.flatMap((field, at) => prefixed(`f${at}`, field)),
        })),
        fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((items) => ({
          schema: z.tuple(items.map(({ schema }) => schema) as [z.ZodType]),
          paths: items.flatMap((item, at) => prefixed(String(at), item)),
        })),
        fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((options) => ({
          schema: z.union(options.map(({ schema }) => schema) as [z.ZodType]),
          paths: options.flatMap(({ paths }) => paths),
        })),
        tie("tree").map((inner) => ({ schema: z.array(inner.schema), paths: prefixed("*", inner) })),
        tie("tree").map((inner) => ({ schema: z.record(z.string(), inner.schema), paths: prefixed("*", inner) })),
        fc
          .tuple(
            tie("tree"),
            fc.constantFrom<(schema: z.ZodType) => z.ZodType>(
              (schema) => schema.optional(),
              (schema) => schema.nullable(),
              (schema) => schema.readonly(),
              (schema) => schema.transform((value) => value),
              (schema) => schema.catch(undefined),
              (schema) => z.lazy(() => schema),
              (schema) => z.preprocess((value) => value, schema),
            ),
          )
          .map(([inner, wrap]) => ({ schema: wrap(inner.schema), paths: inner.paths })),
      ),
    }))
    fc.assert(
      fc.property(tree, ({ schema, paths }) => {
        expect(pathsOf(schema)).toEqual(paths.map((path) => path.join(".")))
      }),
      { numRuns: 300 },
    )
  })
})
