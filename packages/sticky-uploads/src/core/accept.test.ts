import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { acceptPattern, acceptsClaimed, acceptsSniffed, parseAccept } from "./accept.js"

const word = fc.stringMatching(/^[a-z0-9][a-z0-9+_-]{0,9}$/)
const extension = fc.array(word, { minLength: 1, maxLength: 2 }).map((parts) => `.${parts.join(".")}`)
const family = word.map((name) => `${name}/*`)
const fullType = fc.tuple(word, word).map(([type, subtype]) => `${type}/${subtype}`)
const wellKnown = fc.constantFrom(
  ".pdf",
  ".CSV",
  ".docx",
  "image/*",
  "text/*",
  "text/csv",
  "image/jpg",
  "Application/PDF",
)
const entry = fc.oneof(extension, family, fullType, wellKnown)
const type = fc.oneof(
  fullType,
  fc.constantFrom("", "text/csv", "image/png", "application/pdf", "application/vnd.ms-excel", "text/xml", "IMAGE/JPG"),
)
const name = fc.oneof(
  fc.tuple(word, extension).map(([stem, ending]) => stem + ending),
  fc.constantFrom("a.pdf", "A.CSV", "b.jpeg", "noextension", "b.tar.gz"),
)
const swapCase = (text: string) =>
  [...text].map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase())).join("")

describe("parseAccept", () => {
  it("reads every list of extensions, families and full types", () => {
    fc.assert(
      fc.property(fc.array(entry), (list) => {
        const accept = parseAccept(list)
        expect(accept.list).toEqual(list)
        expect(accept.entries).toHaveLength(list.length)
      }),
    )
  })

  it("trims what stands around an entry, as HTML does", () => {
    expect(parseAccept([" .pdf", "image/* "]).list).toEqual([".pdf", "image/*"])
  })

  it.each(["", "pdf", "*.pdf", ".", "..", ".a/b", "image", "image/", "/png", "*/png", "image/png,.pdf", "image /png"])(
    "names the entry that is neither: %j",
    (text) => {
      expect(() => parseAccept([".png", text])).toThrow(TypeError)
      expect(() => parseAccept([".png", text])).toThrow(`sticky-uploads: accept has "${text}"`)
    },
  )
})

describe("acceptsClaimed", () => {
  const takes = (list: string[], file: { name: string; type: string }) => acceptsClaimed(parseAccept(list), file)

  it.each([
    [[".pdf"], "a.pdf", "application/pdf"],
    [[".pdf"], "A.PDF", ""],
    [[".PDF"], "a.pdf", ""],
    [["image/*"], "photo", "image/png"],
    [["image/*"], "photo.JPG", ""],
    [["IMAGE/*"], "photo", "Image/PNG"],
    [["image/jpg"], "photo", "image/jpeg"],
    [["text/csv"], "list.csv", "application/vnd.ms-excel"],
    [[".csv"], "list.csv", "application/vnd.ms-excel"],
    [["text/*"], "list.csv", "application/vnd.ms-excel"],
    [["text/csv"], "list.csv", ""],
    [["text/plain"], "notes", "text/plain; charset=utf-8"],
    [[".step"], "part.STEP", "application/octet-stream"],
    [[".tar.gz"], "all.tar.gz", ""],
    [[".tar.gz"], "all.tar.gz", "application/x-gzip"],
  ])("takes for %j the file %j of type %j", (list, name, type) => {
    expect(takes(list, { name, type })).toBe(true)
  })

  it.each([
    [[".pdf"], "a.png", "image/png"],
    [["image/*"], "a.pdf", "application/pdf"],
    [["image/*"], "a", "images/png"],
    [["text/csv"], "list", "application/vnd.ms-excel"],
    [[".pdf"], "pdf", ""],
    [[".pdf"], "a.pdf.exe", ""],
  ])("refuses for %j the file %j of type %j", (list, name, type) => {
    expect(takes(list, { name, type })).toBe(false)
  })

  it("judges the same whatever the case of the list, the name and the type", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), name, type, (list, name, type) => {
        const plain = takes(list, { name, type })
        expect(takes(list.map(swapCase), { name: swapCase(name), type: swapCase(type) })).toBe(plain)
      }),
    )
  })
})

describe("acceptPattern", () => {
  it("says of an extension that nobody knows only that", () => {
    expect(acceptPattern(parseAccept([".step"]))).toBe("\\.step$")
  })

  it("takes in a browser whatever acceptsClaimed takes", () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), name, type, (list, name, type) => {
        const accept = parseAccept(list)
        fc.pre(acceptsClaimed(accept, { name, type }))
        expect(RegExp(acceptPattern(accept), "i").test(`${type};${name}`)).toBe(true)
      }),
    )
  })

  it.each([
    [[".pdf"], "a.png", "image/png"],
    [["image/*"], "a.pdf", "application/pdf"],
    [[".a+b"], "x.aab", ""],
    [[".c++"], "x.cc", ""],
  ])("refuses for %j the file %j of type %j", (list, name, type) => {
    expect(RegExp(acceptPattern(parseAccept(list)), "i").test(`${type};${name}`)).toBe(false)
  })
})

describe("acceptsSniffed", () => {
  const takes = (list: string[], file: { name: string; type: string }) => acceptsSniffed(parseAccept(list), file)

  it.each([
    [["image/*"], "a.png", "image/png"],
    [[".jpg"], "a.png", "image/jpeg"],
    [[".csv"], "a.csv", "text/csv"],
    [[".step"], "part.STEP", "text/plain"],
    [[".step"], "part.step", "application/octet-stream"],
    [[".m4v"], "film.m4v", "video/x-m4v"],
    [["video/mp4"], "film.m4v", "video/x-m4v"],
  ])("takes for %j the file %j of type %j", (list, name, type) => {
    expect(takes(list, { name, type })).toBe(true)
  })

  it("takes an archive whose extension has two parts: .tar.gz was refused by everyone who asked for it", () => {
    expect(takes([".tar.gz"], { name: "all.tar.gz", type: "application/gzip" })).toBe(true)
    expect(takes([".tar.gz"], { name: "all.tar.gz", type: "image/png" })).toBe(false)
  })

  it.each([
    [["image/*"], "a.png", "text/plain"],
    [[".png"], "a.png", "text/plain"],
    [[".png"], "a.png", "application/octet-stream"],
    [[".csv"], "a.csv", "application/octet-stream"],
    [[".step"], "part.step", "image/png"],
    [[".step"], "part.step", "application/x-msdownload"],
  ])("refuses for %j the file %j of type %j", (list, name, type) => {
    expect(takes(list, { name, type })).toBe(false)
  })

  it.each([
    [".gpx", "application/xml"],
    [".kmz", "application/zip"],
    [".msg", "application/x-cfb"],
  ])("lets the name say what %s is, inside %s", (extension, type) => {
    expect(takes([extension], { name: `a${extension}`, type })).toBe(true)
    expect(takes([extension], { name: "a.other", type })).toBe(false)
  })

  it("takes for a full type no other that begins like it", () => {
    const accept = parseAccept(["text/css"])
    expect(acceptsSniffed(accept, { name: "a", type: "text/css" })).toBe(true)
    expect(acceptsSniffed(accept, { name: "a", type: "text/csv" })).toBe(false)
  })

  it("takes everything for */*", () => {
    expect(takes(["*/*"], { name: "a", type: "application/octet-stream" })).toBe(true)
    expect(new RegExp(acceptPattern(parseAccept(["*/*"])), "i").test(";no type")).toBe(true)
  })

  it("never lets the name speak against a known type", () => {
    const shared = /^$|octet-stream|text\/plain|\/xml|\/zip|x-zip|x-cfb/
    const known = type.filter((each) => !shared.test(each))
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), name, name, known, (list, one, other, type) => {
        expect(takes(list, { name: one, type })).toBe(takes(list, { name: other, type }))
      }),
    )
  })

  it("is never more lenient than what a browser was told", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), name, type, (list, name, type) => {
        fc.pre(takes(list, { name, type }))
        expect(acceptsClaimed(parseAccept(list), { name, type })).toBe(true)
      }),
    )
  })
})
