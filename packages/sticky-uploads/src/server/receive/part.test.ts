import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { readPartHead } from "./part.js"
import { MultipartError } from "./scanner.js"

const disposition = 'Content-Disposition: form-data; name="upload"; filename="a.png"'
const read = (...lines: string[]) => readPartHead(Buffer.from(lines.join("\r\n")))
const upload = { name: "upload", filename: "a.png" }

function errorOf(...lines: string[]): MultipartError {
  try {
    read(...lines)
  } catch (error) {
    if (error instanceof MultipartError) return error
    throw error
  }
  throw new Error("it was read")
}

describe("readPartHead", () => {
  it("reads which field a part is", () => {
    expect(read(disposition)).toEqual(upload)
    expect(read(disposition, "Content-Type: image/png")).toEqual(upload)
    expect(read("Content-Type: image/png", disposition.toUpperCase().replace("UPLOAD", "upload"))).toEqual({
      name: "upload",
      filename: "A.PNG",
    })
  })

  it("takes a file without Content-Type for a file, and a part without a filename for text", () => {
    expect(read(disposition).filename).toBe("a.png")
    expect(read('Content-Disposition: form-data; name="a"', "Content-Type: image/png").filename).toBeUndefined()
  })

  it("reads names as UTF-8", () => {
    expect(read('Content-Disposition: form-data; name="写真"; filename="日本語.png"')).toEqual({
      name: "写真",
      filename: "日本語.png",
    })
  })

  it("reads a folded line as part of the one before it, and its fold as one space", () => {
    expect(read("Content-Disposition: form-data;", '\tname="upload";', '  filename="a.png"')).toEqual(upload)
    expect(read('Content-Disposition: form-data; name="a', ' \t b"').name).toBe("a b")
  })

  it("takes a header's name without the space that follows it", () => {
    expect(read(disposition.replace(":", " \t:"))).toEqual(upload)
  })

  it.each(["7bit", "8bit", "binary", "BINARY"])(
    "takes a Content-Transfer-Encoding of %s: it ended the process once",
    (encoding) => {
      expect(read(disposition, `Content-Transfer-Encoding: ${encoding}`)).toEqual(upload)
    },
  )

  it.each(["base64", "quoted-printable", "x-uuencode", ""])("refuses a Content-Transfer-Encoding of %j", (encoding) => {
    expect(errorOf(disposition, `Content-Transfer-Encoding: ${encoding}`).reason).toMatch("Content-Transfer-Encoding")
  })

  it.each([
    ["nothing", ""],
    ["a line without a colon", `${disposition}\r\nhello`],
    ["a line without a name", `${disposition}\r\n: hello`],
    ["an empty line at its beginning", `\r\n${disposition}`],
    ["a folded line at its beginning", ` a: b\r\n x`],
    ["a header twice", `${disposition}\r\n${disposition}`],
    ["a header twice in another case", `${disposition}\r\n${disposition.toLowerCase()}`],
    ["another Content-Type after the first", `${disposition}\r\nContent-Type: a/b\r\ncontent-type: c/d`],
  ])("refuses %s", (_what, head) => {
    expect(errorOf(head).reason).toMatch("a part")
  })

  it.each([
    "Content-Type: text/plain",
    "Content-Disposition: attachment",
    'Content-Disposition: form-data; filename="a"',
  ])("refuses a part that does not say which field it is: %s", (line) => {
    expect(errorOf(line).reason).toBe("a part does not say which field it is")
  })

  it("refuses more than 20 headers", () => {
    const lines = (count: number) => Array.from({ length: count }, (_, at) => `x-${at}: y`)
    expect(read(disposition, ...lines(19))).toEqual(upload)
    expect(errorOf(disposition, ...lines(20))).toMatchObject({
      reason: "a part has too many headers",
      limit: { limit: "headers in a part", max: 20 },
    })
  })

  it("refuses names that are too long for a field or a file", () => {
    const named = (name: number, filename: number) =>
      `Content-Disposition: form-data; name="${"n".repeat(name)}"; filename="${"f".repeat(filename)}"`
    expect(read(named(1024, 4096)).filename).toHaveLength(4096)
    const refusal = { reason: "a part's name is too long", limit: { limit: "characters in a name", max: 1024 } }
    expect(errorOf(named(1025, 1))).toMatchObject(refusal)
    expect(errorOf(named(1, 4097))).toMatchObject(refusal)
  })

  it("reads or refuses whatever stands in a head, and never fails otherwise", () => {
    const piece = fc.oneof(
      fc.constantFrom("\r\n", "\n", "\r", ":", ";", "=", '"', "\\", " ", "\t", "\0", "%22", "*", "'", "utf-8''%zz"),
      fc.constantFrom("Content-Disposition", "form-data", "name", "filename", "filename*", "__proto__", disposition),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          const { name, filename } = readPartHead(Buffer.from(pieces.join(""), "latin1"))
          expect([typeof name, filename === undefined || typeof filename === "string"]).toEqual(["string", true])
        } catch (error) {
          expect(error).toBeInstanceOf(MultipartError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
