import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { fieldName, matchesPattern, parseFieldName, targetOf } from "./target.js"

const key = fc
  .stringMatching(/^[^.[\]]{1,12}$/)
  .filter((text) => !(text in Object.prototype) && text !== "prototype" && text !== "length" && !/^\d+$/.test(text))
const segment = fc.oneof(key, fc.integer({ min: 0, max: 1000 }))
const path = fc.tuple(key, fc.array(segment, { maxLength: 7 })).map(([first, rest]) => [first, ...rest])

describe("targetOf", () => {
  it("writes a procedure and a path as one text", () => {
    expect(targetOf("submission.create", ["items", "*", "photo"])).toBe("submission.create/items.*.photo")
  })
})

describe("parseFieldName", () => {
  it.each([
    ["title", ["title"]],
    ["items[0].photo", ["items", 0, "photo"]],
    ["items.0.photo", ["items", 0, "photo"]],
    ["matrix[1][2]", ["matrix", 1, 2]],
    ["_upload", ["_upload"]],
    ["名前", ["名前"]],
    ["a[1000]", ["a", 1000]],
    ["a.b.c.d.e.f.g.h", ["a", "b", "c", "d", "e", "f", "g", "h"]],
    ["length", ["length"]],
    ["x".repeat(200), ["x".repeat(200)]],
  ])("reads %.40j", (name, path) => {
    expect(parseFieldName(name)).toEqual(path)
  })

  it.each([
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "[0]",
    "[0].a",
    "a[",
    "a[]",
    "a[b]",
    "a[-1]",
    "a[1]b",
    "a]b",
    "a[1001]",
    "a.1001",
    "a[5000000]",
    "a[99999999999999999999]",
    "a.b.c.d.e.f.g.h.i",
    "__proto__",
    "constructor",
    "prototype",
    "a.__proto__",
    "a.constructor.prototype",
    "hasOwnProperty.call",
    "toString.call",
    "a.valueOf",
    "x".repeat(201),
    "a.b".padEnd(30_000, ".b"),
  ])("refuses the name %.40j", (name) => {
    expect(parseFieldName(name)).toBeUndefined()
  })

  it("refuses the length of a list: a form could make one of four thousand million empty places", () => {
    expect(parseFieldName("items.length")).toBeUndefined()
    expect(parseFieldName("a.items.length")).toBeUndefined()
    expect(parseFieldName("items.length.x")).toBeUndefined()
  })

  it("reads back every path that fieldName wrote", () => {
    fc.assert(
      fc.property(path, (path) => {
        fc.pre(fieldName(path).length <= 200)
        expect(parseFieldName(fieldName(path))).toEqual(path)
      }),
    )
  })

  it("answers any text with a path of ours or with nothing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a.[\]0-9_]{0,20}$/)), (name) => {
        for (const part of parseFieldName(name) ?? []) {
          if (typeof part === "number") expect(part).toBeLessThanOrEqual(1000)
          else expect(part in {}).toBe(false)
        }
      }),
    )
  })
})

describe("fieldName", () => {
  it("writes indexes in brackets and names after a dot", () => {
    expect(fieldName(["items", 0, "photo"])).toBe("items[0].photo")
    expect(fieldName(["matrix", 1, 2])).toBe("matrix[1][2]")
    expect(fieldName([])).toBe("")
  })
})

describe("matchesPattern", () => {
  it("lets * stand for any one index or key", () => {
    expect(matchesPattern(["items", 3, "photo"], ["items", "*", "photo"])).toBe(true)
    expect(matchesPattern(["items", "en", "photo"], ["items", "*", "photo"])).toBe(true)
    expect(matchesPattern(["items", 3, 4, "photo"], ["items", "*", "photo"])).toBe(false)
    expect(matchesPattern(["items", "photo"], ["items", "*", "photo"])).toBe(false)
    expect(matchesPattern(["items", 3, "photo", "small"], ["items", "*", "photo"])).toBe(false)
    expect(matchesPattern(["items"], ["items", "*"])).toBe(false)
  })

  it("takes an index for the same whether it is a number or its digits", () => {
    expect(matchesPattern(["pair", "1"], ["pair", 1])).toBe(true)
    expect(matchesPattern(["pair", 0], ["pair", 1])).toBe(false)
  })

  it("lets no * of a path stand for anything", () => {
    expect(matchesPattern(["*"], ["upload"])).toBe(false)
  })
})
