import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { cut } from "../../../test/support/cut.js"
import { readPartHead } from "./part.js"
import { boundaryOf, createScanner, MultipartError } from "./scanner.js"

const latin1 = (text: string) => Buffer.from(text, "latin1")

/** What a reader saw of a body: the parts it read to their end, the head of one it did not, and how it ended. */
interface Seen {
  parts: { head: string; body: string }[]
  open: string | undefined
  outcome: string
}

/** Our scanner over a body that arrives in pieces. */
function scan(chunks: Iterable<Buffer>, boundary: string, maxHeaderBytes: number): Seen {
  const seen: Seen = { parts: [], open: undefined, outcome: "unfinished" }
  let body: Buffer[] = []
  const scanner = createScanner(
    boundary,
    {
      partBegin(head) {
        seen.open = head.toString("latin1")
        body = []
      },
      partData: (bytes) => body.push(Buffer.from(bytes)),
      partEnd() {
        seen.parts.push({ head: seen.open as string, body: Buffer.concat(body).toString("latin1") })
        seen.open = undefined
      },
      finish() {
        seen.outcome = "finished"
      },
    },
    maxHeaderBytes,
  )
  try {
    for (const chunk of chunks) scanner.write(chunk)
    scanner.end()
  } catch (error) {
    if (!(error instanceof MultipartError)) throw error
    seen.outcome = error.reason
  }
  return seen
}

/** The same, slowly and plainly: the whole body as one text. */
function readWhole(body: Buffer, boundary: string, maxHeaderBytes: number): Seen {
  const seen: Seen = { parts: [], open: undefined, outcome: "it ends before its closing boundary" }
  // The first delimiter needs no line break before it.
  const text = `\r\n${body.toString("latin1")}`
  const delimiter = `\r\n--${boundary}`
  let at = text.indexOf(delimiter)
  while (at >= 0) {
    at += delimiter.length
    const rest = text.slice(at)
    if (rest.startsWith("--")) return { ...seen, outcome: "finished" }
    const line = /^[ \t]{0,128}\r\n/.exec(rest)?.[0]
    if (line === undefined) {
      const mayGoOn = /^(?:-|[ \t]{0,128}\r?)$/.test(rest)
      return mayGoOn ? seen : { ...seen, outcome: "a boundary is followed by other text" }
    }
    at += line.length
    // A part without headers ends them with the line break that ends the boundary's line.
    const headEnd = text.indexOf("\r\n\r\n", at - 2)
    const headBytes = headEnd < 0 ? text.length - at - 3 : headEnd - at
    if (headBytes > maxHeaderBytes) return { ...seen, outcome: "a part's headers are too long" }
    if (headEnd < 0) return seen
    const head = text.slice(at, Math.max(at, headEnd))
    at = text.indexOf(delimiter, headEnd + 4)
    if (at < 0) return { ...seen, open: head }
    seen.parts.push({ head, body: text.slice(headEnd + 4, at) })
  }
  return seen
}

const boundaries = fc.constantFrom("B", "----WebKitFormBoundaryAaB03x", "'()+_,-./:=?", "--", "-")
const cuts = fc.oneof(
  fc.constant([1]),
  fc.constant([1_000_000]),
  fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
)
const maxHeaderBytes = 30

/** Bytes that have it in for a scanner of this boundary. */
const nasty = (boundary: string) => {
  const delimiter = `\r\n--${boundary}`
  return fc.oneof(
    fc.constantFrom("\r", "\n", "\r\n", "\r\r\n", "\r\n-", "\r\n--", "-", "--", " ", "\t", ": "),
    fc.nat({ max: delimiter.length }).map((length) => delimiter.slice(0, length)),
    fc.nat({ max: delimiter.length }).map((length) => `${delimiter.slice(0, length)}x`),
    fc.constantFrom(delimiter.toUpperCase(), delimiter.toLowerCase(), delimiter.replace("\r\n", "\n")),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    fc.integer({ min: 1, max: 40 }).map((count) => "\r".repeat(count)),
  )
}
const nastyText = (boundary: string) => fc.array(nasty(boundary), { maxLength: 12 }).map((pieces) => pieces.join(""))

/** Bodies that look like multipart, with faults. */
const anyBody = boundaries.chain((boundary) => {
  const after = fc.oneof(
    { weight: 12, arbitrary: fc.constant("\r\n") },
    { weight: 3, arbitrary: fc.constantFrom(" \t\r\n", "--", "--\r\n", "\n", "x\r\n", "", "-", "\r") },
    { weight: 1, arbitrary: fc.constantFrom(127, 128, 129, 300).map((count) => `${" ".repeat(count)}\r\n`) },
  )
  const head = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("a: b\r\n\r\n", "a: b\r\nc: d\r\n\r\n", "\r\n") },
    { weight: 2, arbitrary: fc.integer({ min: 26, max: 34 }).map((bytes) => `${"h".repeat(bytes)}\r\n\r\n`) },
    { weight: 1, arbitrary: nastyText(boundary) },
  )
  const part = fc
    .tuple(fc.constantFrom(`\r\n--${boundary}`, `--${boundary}`), after, head, nastyText(boundary))
    .map((pieces) => pieces.join(""))
  const end = fc.constantFrom(`\r\n--${boundary}--`, `\r\n--${boundary}--\r\n`, "")
  return fc
    .tuple(nastyText(boundary), fc.array(part, { maxLength: 4 }), end, nastyText(boundary))
    .map(([preamble, parts, end, epilogue]) => ({
      boundary,
      body: latin1([preamble, ...parts, end, epilogue].join("")),
    }))
})

describe("createScanner", () => {
  it("P7: sees in any body, however it is cut, what a plain reader of the whole sees", () => {
    fc.assert(
      fc.property(anyBody, cuts, ({ boundary, body }, sizes) => {
        const expected = readWhole(body, boundary, maxHeaderBytes)
        expect(scan(cut(body, sizes), boundary, maxHeaderBytes)).toEqual(expected)
      }),
      { numRuns: 3000 },
    )
  })

  it("gives back every part of a body that was written by the rules", () => {
    const part = fc.record({ head: fc.constantFrom("a: b", "a: b\r\nc: d"), body: nastyText("B") })
    const parts = fc.array(part, { maxLength: 5 }).filter((all) => all.every(({ body }) => !body.includes("\r\n--B")))
    fc.assert(
      fc.property(parts, cuts, (parts, sizes) => {
        const written = parts.map(({ head, body }) => `--B\r\n${head}\r\n\r\n${body}\r\n`).join("")
        const seen = scan(cut(latin1(`${written}--B--\r\n`), sizes), "B", 1000)
        expect(seen).toEqual({ parts, open: undefined, outcome: "finished" })
      }),
      { numRuns: 1000 },
    )
  })

  const read = (body: string, sizes = [7]) => scan(cut(latin1(body), sizes), "B", maxHeaderBytes)

  it.each([
    ["nothing", ""],
    ["no boundary", "hello"],
    ["only the beginning of a boundary", "--"],
    ["a part without an end", "--B\r\na: b\r\n\r\nhello"],
    ["a last boundary that does not close", "--B\r\na: b\r\n\r\nhello\r\n--B\r\n"],
    ["a closing boundary with one hyphen", "--B\r\na: b\r\n\r\nhello\r\n--B-"],
  ])("says of %s that it ends too early", (_what, body) => {
    expect(read(body).outcome).toBe("it ends before its closing boundary")
  })

  it.each(["--Bx\r\n", "--B\n", "--B \n", "--B-\r\n", `--B${" ".repeat(129)}\r\n`, `--B${" ".repeat(500)}`])(
    "refuses other text after a boundary: %j",
    (body) => {
      for (const sizes of [[1], [3], [1000]]) {
        expect(read(body, sizes).outcome).toBe("a boundary is followed by other text")
      }
    },
  )

  it("takes the same padding after a boundary however it is cut: 128 blanks passed whole and not in pieces", () => {
    const body = `--B${" ".repeat(128)}\r\na: b\r\n\r\nx\r\n--B--`
    for (let at = 1; at < body.length; at += 1) expect(read(body, [at]).outcome).toBe("finished")
  })

  it("takes headers of exactly the limit however they are cut: they passed whole and not in pieces", () => {
    const body = (bytes: number) => `--B\r\n${"h".repeat(bytes)}\r\n\r\nx\r\n--B--`
    for (let at = 1; at < 60; at += 1) {
      expect(read(body(maxHeaderBytes), [at]).outcome).toBe("finished")
      expect(read(body(maxHeaderBytes + 1), [at]).outcome).toBe("a part's headers are too long")
    }
  })

  it("says which limit headers go over, while they still arrive", () => {
    const scanner = createScanner("B", { partBegin() {}, partData() {}, partEnd() {}, finish() {} }, maxHeaderBytes)
    scanner.write(latin1("--B\r\n"))
    let error: unknown
    try {
      scanner.write(latin1("h".repeat(maxHeaderBytes + 10)))
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ limit: { limit: "header bytes in a part", max: maxHeaderBytes } })
  })

  it("ignores what stands before the first and after the last boundary", () => {
    const body = "preamble\r\n--B\r\na: b\r\n\r\nx\r\n--B--\r\n--B\r\nepilogue"
    expect(read(body)).toEqual({ parts: [{ head: "a: b", body: "x" }], open: undefined, outcome: "finished" })
  })

  it("hands content on in views of the chunks it came in", () => {
    const chunk = latin1(`--B\r\na: b\r\n\r\n${"x".repeat(1000)}`)
    const views: Uint8Array[] = []
    const scanner = createScanner(
      "B",
      { partBegin() {}, partData: (bytes) => views.push(bytes), partEnd() {}, finish() {} },
      maxHeaderBytes,
    )
    scanner.write(chunk)
    expect(views).toHaveLength(1)
    expect(views[0]?.buffer).toBe(chunk.buffer)
  })

  it.each(["\r", "\r\n", "\r\n-", "\r\n--", "\r\n--A", "-", "\n"])(
    "P7: makes at most three pieces of a chunk that is nothing but %j",
    (flood) => {
      let pieces = 0
      const scanner = createScanner(
        "B",
        { partBegin() {}, partData: () => (pieces += 1), partEnd() {}, finish() {} },
        maxHeaderBytes,
      )
      scanner.write(latin1("--B\r\na: b\r\n\r\n"))
      for (let count = 0; count < 20; count += 1) scanner.write(latin1(flood.repeat(20_000)))
      expect(pieces).toBeLessThanOrEqual(60)
    },
  )

  it("reads what Node's own fetch reads", async () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9_. éß日本-]{1,20}$/)
    const content = fc.oneof(fc.uint8Array({ maxLength: 200 }), nastyText("B").map(latin1))
    const field = fc.record({ name, filename: fc.option(name), content })
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 5 }), cuts, async (fields, sizes) => {
        const form = new FormData()
        for (const { name, filename, content } of fields) {
          if (filename === null) form.append(name, Buffer.from(content).toString("hex"))
          else form.append(name, new File([content as never], filename))
        }
        const sent = new Response(form)
        const contentType = sent.headers.get("content-type") as string
        const body = Buffer.from(await sent.arrayBuffer())
        const theirs = await new Response(body, { headers: { "content-type": contentType } }).formData()

        const { parts, outcome } = scan(cut(body, sizes), boundaryOf(contentType) as string, 16_384)
        const ours = parts.map(({ head, body }) => ({ ...readPartHead(latin1(head)), body }))
        expect(outcome).toBe("finished")
        expect(ours).toEqual(
          await Promise.all(
            [...theirs].map(async ([name, value]) => ({
              name,
              filename: typeof value === "string" ? undefined : value.name,
              body: (typeof value === "string" ? latin1(value) : Buffer.from(await value.arrayBuffer())).toString(
                "latin1",
              ),
            })),
          ),
        )
      }),
      { numRuns: 100 },
    )
  })

  it("hands on nothing of what stands before the first boundary and after the last, however it is cut", () => {
    const body = "preamble\r\nof two lines\r\n--B\r\na: b\r\n\r\nx\r\n--B--\r\nepilogue"
    for (let size = 1; size <= body.length; size += 1) {
      const seen: string[] = []
      const scanner = createScanner(
        "B",
        {
          partBegin: () => seen.push("begin"),
          partData: (bytes) => seen.push(Buffer.from(bytes).toString()),
          partEnd: () => seen.push("end"),
          finish: () => seen.push("finish"),
        },
        maxHeaderBytes,
      )
      for (let at = 0; at < body.length; at += size) scanner.write(latin1(body.slice(at, at + size)))
      expect(seen).toEqual(["begin", "x", "end", "finish"])
    }
  })
})

describe("boundaryOf", () => {
  it.each([
    ["multipart/form-data; boundary=abc", "abc"],
    ["multipart/form-data;boundary=abc", "abc"],
    ["Multipart/Form-Data; Boundary=AbC", "AbC"],
    ['multipart/form-data; boundary="a:b/c"', "a:b/c"],
    ["multipart/form-data; charset=utf-8; boundary=abc", "abc"],
    ['multipart/form-data; charset="a;boundary=x"; boundary=abc', "abc"],
    ["multipart/form-data; boundary=abc; charset=utf-8", "abc"],
    ["multipart/form-data \t; \tboundary=abc ", "abc"],
    ["multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "----WebKitFormBoundary7MA4YWxkTrZu0gW"],
    [`multipart/form-data; boundary=${"x".repeat(70)}`, "x".repeat(70)],
    ["multipart/form-data; boundary='()+_,-./:=?", "'()+_,-./:=?"],
  ])("of %.80j is %j", (contentType, boundary) => {
    expect(boundaryOf(contentType)).toBe(boundary)
  })

  it.each([
    "",
    "multipart/form-data",
    "multipart/form-data; boundary",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary="abc',
    "multipart/form-data; boundary=a b",
    'multipart/form-data; boundary="a b"',
    "multipart/form-data; boundary=a\u00e9",
    "multipart/form-data; boundary=a\r\nb",
    "multipart/form-data; xboundary=abc",
    "multipart/form-data boundary=abc",
    "multipart/form-datax; boundary=abc",
    "multipart/mixed; boundary=abc",
    `multipart/form-data; boundary=${"x".repeat(71)}`,
  ])("is none of %.60j", (contentType) => {
    expect(boundaryOf(contentType)).toBeUndefined()
  })

  it("refuses two boundaries: a reader before us may have taken the other", () => {
    expect(boundaryOf("multipart/form-data; boundary=a; boundary=b")).toBeUndefined()
    expect(boundaryOf('multipart/form-data; Boundary="a" ; charset=x; boundary=b')).toBeUndefined()
  })

  it.each([
    `multipart/form-data${" ".repeat(50_000)}`,
    `multipart/form-data;${" ".repeat(50_000)}`,
    `multipart/form-data${"; a=b".repeat(10_000)}`,
    `multipart/form-data${'; a="b"'.repeat(10_000)}`,
    `multipart/form-data${';"'.repeat(25_000)}`,
    `multipart/form-data;${'"'.repeat(50_001)}`,
    `multipart/form-data${"; boundary=".repeat(5000)}`,
    `multipart/form-data${"; boundary=a ".repeat(5000)}x`,
  ])("answers a hostile long header before the test's time is over: %.60j", (contentType) => {
    expect(boundaryOf(contentType)).toBeUndefined()
  })
})
