import { describe, expect, it } from "vitest"
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
})
