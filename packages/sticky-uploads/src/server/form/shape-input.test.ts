import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { isStickyError } from "../../core/errors.js"
import { shapeInput } from "./shape-input.js"

const none = { arrays: [] }

describe("shapeInput", () => {
  it("nests what its names nest, and makes an array of a name that comes again", () => {
    const entries = [
      ["title", "x"],
      ["items[0].label", "a"],
      ["items[1].label", "b"],
      ["tag", "1"],
      ["tag", "2"],
    ] as const
    expect(shapeInput(entries, none)).toEqual({
      title: "x",
      items: [{ label: "a" }, { label: "b" }],
      tag: ["1", "2"],
    })
  })

  it("wraps a lone value where the schema has an array", () => {
    const arrays = [{ path: ["tags"], optional: true }]
    expect(shapeInput([["tags", "one"]], { arrays })).toEqual({ tags: ["one"] })
  })

  it("makes an empty array where the schema needs one and the form sent nothing, and nowhere else", () => {
    const arrays = [
      { path: ["needed"], optional: false },
      { path: ["left out"], optional: true },
      { path: ["items"], optional: true },
      { path: ["items", "*", "tags"], optional: false },
      { path: ["absent", "deep"], optional: false },
    ]
    const entries = [["items[0].label", "a"]] as const
    expect(shapeInput(entries, { arrays })).toEqual({ needed: [], items: [{ label: "a", tags: [] }] })
  })

  it("leaves Object.prototype as it was, whatever the names", () => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    for (const name of ["__proto__.x", "constructor.prototype.x", "hasOwnProperty.call", "a.__proto__.b"]) {
      expect(() => shapeInput([[name, "1"]], none)).toThrow(expect.objectContaining({ code: "field_name_refused" }))
    }
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(typeof Object.prototype.hasOwnProperty.call).toBe("function")
  })

  it("P7: makes an object of its own of any names, or refuses them, and changes no other", () => {
    const shared = [Object.prototype, Array.prototype, Function.prototype]
    const members = () =>
      shared.map((prototype) =>
        Reflect.ownKeys(prototype).map((key) => {
          const { value } = Object.getOwnPropertyDescriptor(prototype, key) ?? {}
          return typeof value === "function" ? Reflect.ownKeys(value) : value
        }),
      )
    const segment = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("a", "b", "items", "0", "1", "1000", "01") },
      { weight: 2, arbitrary: fc.constantFrom("__proto__", "constructor", "prototype", "toString", "call", "length") },
      { weight: 1, arbitrary: fc.constantFrom("then", "toJSON", "at", "push", "map", "size", "*", "-1", " ") },
      { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
    )
    const joint = fc.constantFrom(".", ".", "[", "]", "].", "")
    const name = fc
      .array(fc.tuple(segment, joint), { minLength: 1, maxLength: 5 })
      .map((pieces) => pieces.flat().join("").replace(/\.$/, ""))
    const arrays = [
      { path: ["items"], optional: true },
      { path: ["items", "*", "a"], optional: false },
      { path: ["a"], optional: true },
    ]
    const before = members()
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 6 }), (entries) => {
        try {
          const input = shapeInput(entries, { arrays })
          expect(Object.getPrototypeOf(input)).toBe(Object.prototype)
        } catch (error) {
          if (!isStickyError(error, "field_name_refused")) throw error
        }
        expect(members()).toEqual(before)
      }),
      { numRuns: 1000 },
    )
  })
})
