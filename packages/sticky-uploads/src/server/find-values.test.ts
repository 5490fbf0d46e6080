import { describe, expect, it } from "vitest"
import { findValues } from "./find-values.js"

const at = (input: unknown, ...patterns: (string | number)[][]) =>
  findValues(input, patterns).map(({ path, value }) => [path.join("."), value])

describe("findValues in plain values", () => {
  it("finds what stands at a path", () => {
    expect(at({ upload: "t", other: "x" }, ["upload"])).toEqual([["upload", "t"]])
    expect(at({ a: { b: { c: "t" } } }, ["a", "b", "c"])).toEqual([["a.b.c", "t"]])
    expect(at({ pair: ["x", "t"] }, ["pair", 1])).toEqual([["pair.1", "t"]])
    expect(at("t", [])).toEqual([["", "t"]])
  })

  it("finds everything under *: of a list, a record, a map and a set", () => {
    expect(at({ items: [{ photo: "a" }, {}, { photo: "b" }] }, ["items", "*", "photo"])).toEqual([
      ["items.0.photo", "a"],
      ["items.2.photo", "b"],
    ])
    expect(at({ by: { en: "a", de: "b" } }, ["by", "*"])).toEqual([
      ["by.en", "a"],
      ["by.de", "b"],
    ])
    expect(at({ by: new Map([["en", "a"]]) }, ["by", "*"])).toEqual([["by.en", "a"]])
    expect(at(new Map([[1, { photo: "a" }]]), ["*", "photo"])).toEqual([["1.photo", "a"]])
    expect(at({ all: new Set(["a", "b"]) }, ["all", "*"])).toEqual([
      ["all.0", "a"],
      ["all.1", "b"],
    ])
  })

  it("finds a lone value where a list may stand", () => {
    const file = new File(["x"], "a.txt")
    expect(at({ attachments: "t" }, ["attachments", "*"])).toEqual([["attachments.0", "t"]])
    expect(at({ attachments: file }, ["attachments", "*"])).toEqual([["attachments.0", file]])
  })

  it("finds each of several values of one field: a token and a file", () => {
    const file = new File(["x"], "a.txt")
    expect(at({ upload: ["t", file] }, ["upload"])).toEqual([
      ["upload", "t"],
      ["upload", file],
    ])
  })

  it("finds nothing where there is nothing", () => {
    for (const input of [undefined, null, 5, "text", true, [], {}, { upload: undefined }, { upload: null }])
      expect(at(input, ["upload"], ["a", "*", "b"], ["upload", 0])).toEqual([])
  })

  it("finds nothing that an object only inherits", () => {
    expect(at({}, ["constructor"], ["toString", "name"], ["__proto__", "toString"])).toEqual([])
    expect(at(Object.create({ upload: "t" }), ["upload"])).toEqual([])
  })

  it("looks no deeper than its patterns, however deep the input", () => {
    let deep: unknown = "t"
    for (let depth = 0; depth < 10_000; depth += 1) deep = depth % 2 ? [deep] : { items: deep }
    expect(findValues(deep, [["*", "items", "*"]])).toHaveLength(1)
    expect(findValues({ upload: deep }, [["upload"]])).toHaveLength(1)
  })

  it("answers a set, a buffer or a generator in place of an object with nothing: it broke off with an internal error", () => {
    const odd = [new Set([1, 2]), new Uint8Array(3), new Map([[{}, 1]]), [1, 2][Symbol.iterator](), Object("ab")]
    for (const input of odd) expect(at(input, ["upload"])).toEqual([])
  })
})

describe("findValues in FormData", () => {
  function form(...entries: [string, string | File][]): FormData {
    const data = new FormData()
    for (const [name, value] of entries) data.append(name, value as string)
    return data
  }

  it("finds fields by their names, however their index is written", () => {
    const data = form(["title", "x"], ["items[0].photo", "a"], ["items.1.photo", "b"], ["items[2].title", "c"])
    expect(at(data, ["items", "*", "photo"])).toEqual([
      ["items.0.photo", "a"],
      ["items.1.photo", "b"],
    ])
  })

  it("finds a File under *, and every entry of a repeated name", () => {
    const found = findValues(form(["files", new File(["1"], "a")], ["files", new File(["2"], "b")]), [["files", "*"]])
    expect(found.map(({ value }) => (value as File).name)).toEqual(["a", "b"])
    expect(found.map(({ path }) => path)).toEqual([["files"], ["files"]])
  })

  it("passes over names that no form of ours has", () => {
    const data = form(["__proto__", "a"], ["a..b", "b"], ["items[5000000].photo", "c"], ["", "d"])
    expect(at(data, ["__proto__"], ["items", "*", "photo"], [""])).toEqual([])
  })

  it("reads URLSearchParams as well", () => {
    expect(at(new URLSearchParams({ upload: "t" }), ["upload"])).toEqual([["upload", "t"]])
  })
})
