import { describe, expectTypeOf, it } from "vitest"
import type { StickyFile, StickyToken } from "../index.js"
import * as z from "../zod.js"

const file = z.stickyFile({ maxBytes: 5, accept: [".pdf"] })
type Raw = z.input<typeof file>

describe("z.stickyFile", () => {
  it("takes a File or a token and gives a StickyFile", () => {
    expectTypeOf<globalThis.File>().toExtend<Raw>()
    expectTypeOf<StickyToken>().toExtend<Raw>()
    expectTypeOf<Raw>().toExtend<globalThis.File | StickyToken>()
    expectTypeOf<Raw>().not.toBeAny()
    expectTypeOf<z.output<typeof file>>().toEqualTypeOf<StickyFile>()
    expectTypeOf<z.infer<typeof file>>().toEqualTypeOf<StickyFile>()
  })

  it("takes no plain text, Blob or nothing", () => {
    expectTypeOf<string>().not.toExtend<Raw>()
    expectTypeOf<Blob>().not.toExtend<Raw>()
    expectTypeOf<undefined>().not.toExtend<Raw>()
    expectTypeOf<null>().not.toExtend<Raw>()
    // @ts-expect-error only a server makes a token
    const token: StickyToken = "a.b.c"
    expectTypeOf(token).toExtend<string>()
  })

  it("keeps both types inside other schemas", () => {
    const schema = z.object({
      optional: file.optional(),
      nullable: file.nullable(),
      nullish: file.nullish(),
      defaulted: file.default({} as StickyFile),
      refined: file.refine((value) => value.size > 5).describe("x"),
      array: z.array(file),
      tuple: z.tuple([z.string(), file]),
      record: z.record(z.string(), file),
      union: z.union([z.number(), file]),
      nested: z.object({ deep: z.array(z.object({ photo: file })).optional() }),
      transformed: file.transform((value) => value.name),
    })
    type Input = z.input<typeof schema>
    type Output = z.output<typeof schema>
    expectTypeOf<Input["optional"]>().toEqualTypeOf<Raw | undefined>()
    expectTypeOf<Output["optional"]>().toEqualTypeOf<StickyFile | undefined>()
    expectTypeOf<Input["nullable"]>().toEqualTypeOf<Raw | null>()
    expectTypeOf<Output["nullable"]>().toEqualTypeOf<StickyFile | null>()
    expectTypeOf<Output["nullish"]>().toEqualTypeOf<StickyFile | null | undefined>()
    expectTypeOf<Input["defaulted"]>().toEqualTypeOf<Raw | undefined>()
    expectTypeOf<Output["defaulted"]>().toEqualTypeOf<StickyFile>()
    expectTypeOf<Output["refined"]>().toEqualTypeOf<StickyFile>()
    expectTypeOf<Input["array"]>().toEqualTypeOf<Raw[]>()
    expectTypeOf<Output["array"]>().toEqualTypeOf<StickyFile[]>()
    expectTypeOf<Output["tuple"]>().toEqualTypeOf<[string, StickyFile]>()
    expectTypeOf<Output["record"]>().toEqualTypeOf<Record<string, StickyFile>>()
    expectTypeOf<Input["union"]>().toEqualTypeOf<number | Raw>()
    expectTypeOf<Output["union"]>().toEqualTypeOf<number | StickyFile>()
    expectTypeOf<Output["nested"]["deep"]>().toEqualTypeOf<{ photo: StickyFile }[] | undefined>()
    expectTypeOf<Input["transformed"]>().toEqualTypeOf<Raw>()
    expectTypeOf<Output["transformed"]>().toEqualTypeOf<string>()
  })

  it("gives a standard schema the same types", () => {
    type Types = NonNullable<(typeof file)["~standard"]["types"]>
    expectTypeOf<Types["input"]>().toEqualTypeOf<Raw>()
    expectTypeOf<Types["output"]>().toEqualTypeOf<StickyFile>()
  })

  it("refuses options that it does not know", () => {
    // @ts-expect-error a limit carries its unit
    z.stickyFile({ maxSize: 5 })
    // @ts-expect-error accept is a list
    z.stickyFile({ accept: "image/*" })
    z.stickyFile({ error: (issue) => issue.params?.code })
    z.stickyFile({ error: "Pick one" })
  })
})
