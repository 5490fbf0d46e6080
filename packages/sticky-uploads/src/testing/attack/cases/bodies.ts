import { type AttackCase, unreadable } from "../case.js"
import { chunk, closingLine, type Endpoint, goodBody, goodPart, post, upTo } from "../endpoint.js"
import { body, boundary, fileHead, multipartType, part, textHead } from "../multipart.js"

const wholes: [string, (endpoint: Endpoint) => string | Uint8Array][] = [
  ["an empty body", () => ""],
  ["a body of only a line break", () => "\r\n"],
  ["a body without a boundary", () => "a".repeat(1000)],
  ["a body of random-looking bytes", () => Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 167 + 13) % 256))],
  [
    "a body of another boundary",
    (endpoint) => Buffer.from(goodBody(endpoint).toString("latin1").replaceAll(boundary, "other"), "latin1"),
  ],
  ["a body of only its closing boundary", () => body()],
  ["a body cut off after its first boundary", () => `--${boundary}`],
  ["a body cut off in a part's head", (endpoint) => upTo(endpoint, "filename=", 5)],
  ["a body cut off after a part's head", (endpoint) => upTo(endpoint, "\r\n\r\n", 4)],
  ["a body cut off in its file", (endpoint) => upTo(endpoint, closingLine, -10)],
  ["a body cut off before its closing boundary", (endpoint) => upTo(endpoint, closingLine)],
  ["a body cut off in its closing boundary", (endpoint) => upTo(endpoint, closingLine, closingLine.length - 2)],
  ["text behind a boundary", (endpoint) => goodBody(endpoint).toString("latin1").replace(boundary, `${boundary}x`)],
  [
    "a bare line feed behind a boundary",
    (endpoint) => goodBody(endpoint).toString("latin1").replace(`${boundary}\r\n`, `${boundary}\n`),
  ],
  ["a text where the file should be", ({ part: name, good }) => body(part(textHead(name), good))],
  ["a file by another name", ({ good }) => body(part(fileHead("other", "evil-file.png"), good))],
  [
    "two files where there is room for one",
    (endpoint) => body(goodPart(endpoint, "1.png"), goodPart(endpoint, "2.png")),
  ],
  [
    "a multipart body in a part",
    ({ part: name, good }) =>
      body(
        part(
          `Content-Disposition: form-data; name="${name}"\r\nContent-Type: multipart/mixed; boundary=inner`,
          Buffer.concat([
            Buffer.from('--inner\r\nContent-Disposition: file; filename="evil-file.png"\r\n\r\n'),
            good,
            Buffer.from("\r\n--inner--\r\n"),
          ]),
        ),
      ),
  ],
]

/** Sends a head that promises so many bytes more or less than follow, and then says that nothing more will. */
function lie(name: string, more: number, cut: (endpoint: Endpoint) => Buffer): AttackCase {
  return {
    name,
    expected: [...unreadable, 408, "closed"],
    async play(endpoint) {
      const wire = endpoint.open()
      const content = cut(endpoint)
      const lines = [`Content-Type: ${multipartType}`, `Content-Length: ${content.length + more}`]
      await wire.send(Buffer.concat([Buffer.from(endpoint.head(lines)), content]))
      wire.finish()
      return endpoint.outcomeOf(await wire.answer())
    },
  }
}

/** Bodies that are no multipart body, or bring no file, or are not all there. */
export const bodies: readonly AttackCase[] = [
  ...wholes.map(
    ([name, make]): AttackCase => ({
      name,
      expected: unreadable,
      play: (endpoint) => {
        const content = make(endpoint)
        return post(endpoint, typeof content === "string" ? Buffer.from(content, "latin1") : content)
      },
    }),
  ),
  lie("a length that is longer than the body", 1000, goodBody),
  lie("a length that is longer than the half of a body that comes", 1000, (endpoint) =>
    upTo(endpoint, closingLine, -10),
  ),
  lie("a length that is shorter than the body", -20, goodBody),
  {
    name: "chunks that break off in a file",
    expected: [...unreadable, "closed"],
    async play(endpoint) {
      const wire = endpoint.open()
      const start = upTo(endpoint, closingLine, -10)
      await wire.send(endpoint.head([`Content-Type: ${multipartType}`, "Transfer-Encoding: chunked"]))
      await wire.send(Buffer.concat([chunk(start), Buffer.from("not a size\r\n")]))
      return endpoint.outcomeOf(await wire.answer())
    },
  },
]
