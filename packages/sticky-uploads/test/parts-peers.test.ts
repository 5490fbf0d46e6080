import { once } from "node:events"
import { parseMultipart } from "@remix-run/multipart-parser/node"
import busboy from "busboy"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { readPartHead } from "../src/server/receive/part.js"
import { createScanner } from "../src/server/receive/scanner.js"
import { cut } from "./support/cut.js"

interface Read {
  name: string
  filename: string | undefined
  content: string
}

const latin1 = (text: string) => Buffer.from(text, "latin1")
const boundary = "----WebKitFormBoundaryAaB03x"
const delimiter = `\r\n--${boundary}`

function ours(chunks: readonly Buffer[]): Read[] {
  const parts: Read[] = []
  const scanner = createScanner(
    boundary,
    {
      partBegin: (head) => parts.push({ ...readPartHead(head), content: "" }),
      partData(bytes) {
        const part = parts.at(-1) as Read
        part.content += Buffer.from(bytes).toString("latin1")
      },
      partEnd() {},
      finish() {},
    },
    16_384,
  )
  for (const chunk of chunks) scanner.write(chunk)
  scanner.end()
  return parts
}

async function busboys(chunks: readonly Buffer[]): Promise<Read[]> {
  const parts: Read[] = []
  const reader = busboy({
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    preservePath: true,
    defParamCharset: "utf8",
    defCharset: "latin1",
  })
  reader.on("field", (name, content) => parts.push({ name, filename: undefined, content }))
  reader.on("file", (name, file, { filename }) => {
    const part: Read = { name, filename, content: "" }
    parts.push(part)
    file.on("data", (bytes: Buffer) => {
      part.content += bytes.toString("latin1")
    })
  })
  const closed = once(reader, "close")
  for (const chunk of chunks) reader.write(chunk)
  reader.end()
  await closed
  return parts
}

function remixes(chunks: readonly Buffer[]): Read[] {
  return [...parseMultipart(chunks, { boundary })].map(({ name, filename, bytes }) => ({
    name: name as string,
    filename,
    content: Buffer.from(bytes).toString("latin1"),
  }))
}

// Letters of every length in UTF-8, and what browsers leave as it is between quotes.
const names = fc.stringMatching(/^[a-zA-Z0-9_.,()&' éß日本-]{1,20}$/).filter((name) => name.trim() === name)
const contents = fc
  .array(
    fc.oneof(
      fc.constantFrom("\r", "\n", "\r\n", "\r\n--", "--", "-"),
      fc.nat({ max: delimiter.length - 1 }).map((length) => delimiter.slice(0, length)),
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
      fc.integer({ min: 1, max: 60 }).map((count) => "\r".repeat(count)),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""))
  .filter((content) => !content.includes(delimiter))
const parts = fc.array(fc.record({ name: names, filename: fc.option(names, { nil: undefined }), content: contents }), {
  minLength: 1,
  maxLength: 5,
})
const cuts = fc.oneof(
  fc.constant([1]),
  fc.constant([1_000_000]),
  fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
)

/** Writes a body as browsers do. */
function written(parts: readonly Read[]): Buffer {
  const pieces = parts.map(({ name, filename, content }) => {
    const type = filename === undefined ? "" : `; filename="${filename}"\r\nContent-Type: application/octet-stream`
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${type}\r\n\r\n`
    return Buffer.concat([Buffer.from(head), latin1(content), latin1("\r\n")])
  })
  return Buffer.concat([...pieces, latin1(`--${boundary}--`)])
}

describe("createScanner", () => {
  it("P7: reads any well-formed body, however it is cut, as two well-kept parsers do", async () => {
    await fc.assert(
      fc.asyncProperty(parts, cuts, async (parts, sizes) => {
        const chunks = cut(written(parts), sizes)
        const read = ours(chunks)
        expect(read).toEqual(parts)
        expect(await busboys(chunks)).toEqual(read)
        expect(remixes(chunks)).toEqual(read)
      }),
      { numRuns: 500 },
    )
  })
})
