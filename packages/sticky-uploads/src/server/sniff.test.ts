import { deflateSync, gzipSync } from "node:zlib"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { sniff, sniffBytes } from "./sniff.js"

const latin1 = (text: string) => Buffer.from(text, "latin1")
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le")

/** A zip archive of stored entries, without its directory: sniffing never gets that far. */
function zip(...entries: [name: string, content: Buffer][]): Buffer {
  const parts = entries.flatMap(([name, content]) => {
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt32LE(content.length, 18)
    head.writeUInt32LE(content.length, 22)
    head.writeUInt16LE(name.length, 26)
    return [head, Buffer.from(name), content]
  })
  return Buffer.concat(parts)
}

function png(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)])
  }
  const magic = Buffer.from("89504e470d0a1a0a", "hex")
  const size = Buffer.from("00000001000000010806000000", "hex")
  return Buffer.concat([
    magic,
    chunk("IHDR", size),
    chunk("IDAT", deflateSync(Buffer.alloc(5))),
    chunk("IEND", Buffer.alloc(0)),
  ])
}

const jpeg = Buffer.concat([Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"), Buffer.alloc(50)])
const gif = Buffer.concat([
  latin1("GIF89a"),
  Buffer.from("01000100800000000000ffffff21f90401000000002c00000000", "hex"),
])
const pdf = latin1("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n")
const webp = Buffer.concat([latin1("RIFF"), Buffer.from([26, 0, 0, 0]), latin1("WEBPVP8L"), Buffer.alloc(20)])
const compound = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600)])
const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

const sniffed = (bytes: Uint8Array, name = "file") =>
  sniff(bytes.subarray(0, sniffBytes), name, bytes.length <= sniffBytes)

describe("sniff", () => {
  it.each([
    ["a PNG", png(), "image/png"],
    ["a JPEG", jpeg, "image/jpeg"],
    ["a GIF", gif, "image/gif"],
    ["a WebP", webp, "image/webp"],
    ["a PDF", pdf, "application/pdf"],
    ["a PDF of nothing but text", latin1("%PDF-1.4\n1 0 obj\n<< >>\nendobj\n"), "application/pdf"],
    ["a ZIP", zip(["a.txt", latin1("hello")]), "application/zip"],
    ["a gzip", gzipSync("hello"), "application/gzip"],
    ["a compound file", compound, "application/x-cfb"],
    ["RTF", latin1("{\\rtf1\\ansi hello}"), "application/rtf"],
    ["a vCard", latin1("BEGIN:VCARD\r\nVERSION:4.0\r\n"), "text/vcard"],
    ["text", latin1("hello, world\n"), "text/plain"],
    ["text of every script", Buffer.from("naïve 日本語 👩‍🚀\n"), "text/plain"],
    ["text with a byte order mark", Buffer.from("\ufeffa,b\r\n"), "text/plain"],
    ["UTF-16", utf16("a,b\r\n1,2\r\n"), "text/plain"],
    ["UTF-16, big-endian", utf16("a,b\r\n日本\r\n").swap16(), "text/plain"],
    ["colours of a terminal", latin1("\u001b[31mred\u001b[0m\n"), "text/plain"],
    ["HTML", latin1("<!DOCTYPE html><p>hello"), "text/html"],
    ["HTML after a comment", latin1("\n <!-- a --> <!-- b -->\n<script>alert(1)</script>"), "text/html"],
    ["HTML in UTF-16", utf16("<html><script>"), "text/html"],
    ["SVG", latin1('<svg xmlns="http://www.w3.org/2000/svg"/>'), "image/svg+xml"],
    [
      "SVG with all that may stand before it",
      latin1('<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE svg PUBLIC "-//W3C">\n<svg/>'),
      "image/svg+xml",
    ],
    ["SVG with entities", latin1("<!DOCTYPE svg [ <!ENTITY a '>'> ]><svg/>"), "image/svg+xml"],
    ["XML", latin1('<?xml version="1.0"?><note/>'), "application/xml"],
    ["XML in UTF-16", utf16('<?xml version="1.0"?><note/>'), "application/xml"],
    ["binary of no known format", Buffer.from([7, 1, 0, 2, 0, 5, 9, 1]), "application/octet-stream"],
  ])("tells %s", async (_what, bytes, type) => {
    expect(await sniffed(bytes)).toBe(type)
  })

  it.each([
    ["HTML called .png", latin1("<!DOCTYPE html><p>hello"), "a.png", "text/html"],
    ["text called .png", latin1("hello"), "a.png", "text/plain"],
    ["HTML called .csv", latin1("<html>"), "a.csv", "text/html"],
    ["a PNG called .pdf", png(), "a.pdf", "image/png"],
    ["a PNG called .csv", png(), "a.csv", "image/png"],
    ["a ZIP called .pdf", zip(["a.txt", latin1("hello")]), "a.pdf", "application/zip"],
    ["binary called .csv", Buffer.from([0, 1, 2, 3]), "a.csv", "application/octet-stream"],
  ])("believes the bytes and not the name: %s", async (_what, bytes, name, type) => {
    expect(await sniffed(bytes, name)).toBe(type)
  })

  it.each([
    ["a,b\n1,2\n", "a.csv", "text/csv"],
    ["\ufeffa,b\n", "a.CSV", "text/csv"],
    ["# title", "a.md", "text/markdown"],
    ['{"a":1}', "a.json", "application/json"],
    ["a: 1", "a.yml", "application/yaml"],
    ["<note/>", "a.xml", "application/xml"],
    ["hello", "a.txt", "text/plain"],
    ["hello", "a.step", "text/plain"],
  ])("lets the name choose among the texts: %j called %s", async (text, name, type) => {
    expect(await sniffed(Buffer.from(text), name)).toBe(type)
  })

  it.each([
    ["a small archive", zip(["word/document.xml", latin1("<x/>")])],
    ["one whose first entry is larger than what is looked at", zip(["word/media/a.png", Buffer.alloc(9000, 1)])],
    ["one with its list of types first", zip(["[Content_Types].xml", Buffer.alloc(9000, 32)])],
  ])("lets the name choose among what a ZIP may hold: %s", async (_what, bytes) => {
    expect(await sniffed(bytes, "a.docx")).toBe(docx)
    expect(await sniffed(bytes, "a.zip")).toBe("application/zip")
    expect(await sniffed(bytes, "a")).toBe("application/zip")
  })

  it("lets the name choose among what a compound file may hold", async () => {
    expect(await sniffed(compound, "a.xls")).toBe("application/vnd.ms-excel")
    expect(await sniffed(compound, "a.docx")).toBe("application/x-cfb")
  })

  it.each([
    "BMI,weight\n",
    "MAC address,ip\n",
    "GIF or JPEG?\n",
    "solid state,1\n",
    "MZ,1\n",
    "FORM 1040,a\n",
    "ID3 tags,\n",
    "070707,1\n",
    "AC1000,power\n",
    "1,2,free beer\n",
    "the wide world\n",
    `G${"a".repeat(187)}G${"b".repeat(100)}`,
  ])("tells a text that begins like another format by chance: %.20j was no CSV", async (text) => {
    expect(await sniffed(Buffer.from(text), "a.csv")).toBe("text/csv")
  })

  it("tells a text that only speaks of PDF from a PDF", async () => {
    expect(await sniffed(latin1("%PDF is the magic of a PDF"), "a.txt")).toBe("text/plain")
  })

  it("tells UTF-16 from music: every CSV that Excel wrote as Unicode was audio/mpeg", async () => {
    expect(await sniffed(utf16("a\tb\r\n"), "a.csv")).toBe("text/csv")
  })

  it("takes text of an older encoding for text: a CSV of a European or Japanese Excel was refused", async () => {
    expect(await sniffed(latin1("Straße;Größe\r\nM\xfcnchen;1\r\n"), "a.csv")).toBe("text/csv")
    const shiftJis = Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x2c, 0x31, 0x0d, 0x0a])
    expect(await sniffed(shiftJis, "a.csv")).toBe("text/csv")
  })

  it("calls no text an image because its name ends with .svg", async () => {
    expect(await sniffed(latin1("hello"), "a.svg")).toBe("text/plain")
  })

  it("takes the name's word for an empty file only among texts: an empty .txt was of no type", async () => {
    expect(await sniffed(Buffer.alloc(0), "a.txt")).toBe("text/plain")
    expect(await sniffed(Buffer.alloc(0), "a.csv")).toBe("text/csv")
    expect(await sniffed(Buffer.alloc(0), "a.png")).toBe("text/plain")
  })

  it("reads text whose last character is cut in the middle, wherever it is cut", async () => {
    for (const character of ["é", "日", "👩"]) {
      for (let ascii = 0; ascii < 4; ascii += 1) {
        const bytes = Buffer.from("BM".padEnd(4096 + ascii, "a") + character.repeat(10))
        expect(await sniffed(bytes, "a.csv")).toBe("text/csv")
      }
    }
  })

  it("never rejects and gives a media type, whatever the bytes and the name", async () => {
    const magic = fc.constantFrom(
      "",
      "\x89PNG\r\n\x1a\n",
      "PK\x03\x04",
      "RIFF",
      "\x1f\x8b\x08",
      "ID3",
      "<?xml ",
      "OggS",
      "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
      "0&\xb2u\x8ef\xcf\x11\xa6\xd9",
    )
    await fc.assert(
      fc.asyncProperty(
        magic,
        fc.uint8Array({ maxLength: 300 }),
        fc.string(),
        fc.boolean(),
        async (start, rest, name, whole) => {
          const type = await sniff(Buffer.concat([latin1(start), rest]), name, whole)
          expect(type).toMatch(/^[\w.+-]+\/[\w.+-]+$/)
        },
      ),
      { numRuns: 300 },
    )
  })
})
