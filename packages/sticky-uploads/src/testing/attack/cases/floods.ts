import { type AttackCase, type Outcome, tooMuch } from "../case.js"
import { chunk, closingLine, type Endpoint, goodBody, goodPart, upTo } from "../endpoint.js"
import { closing, fileHead, multipartType, part, textHead } from "../multipart.js"

const MiB = 1_048_576

/** Sends more and more until there is an answer, or the endpoint has taken so much that it will take anything. */
async function flood(endpoint: Endpoint, first: Uint8Array, more: Uint8Array, maxBytes: number): Promise<Outcome> {
  const wire = endpoint.open()
  await wire.send(endpoint.head([`Content-Type: ${multipartType}`, "Transfer-Encoding: chunked"]))
  await wire.send(chunk(first))
  const piece = chunk(more)
  let sent = 0
  while (sent < maxBytes && !wire.isOver()) {
    await wire.send(piece)
    sent += more.length
  }
  if (wire.isOver()) return endpoint.outcomeOf(await wire.answer())
  return { came: "silence", wrong: `reads ${(sent / MiB).toFixed(0)} MiB of it without a word` }
}

/** What a body may be, and a half more; and what buffers on the way hold. */
const bodyBytes = ({ maxBytes }: Endpoint) => maxBytes * 1.5 + 16 * MiB
/** No limit of anyone's, but what no head or field needs. */
const partBytes = () => 32 * MiB

const filler = (text: string) => Buffer.alloc(65_536, text)

interface Flood {
  name: string
  first: (endpoint: Endpoint) => Uint8Array
  more: (endpoint: Endpoint) => Uint8Array
  bytes: (endpoint: Endpoint) => number
}

const floods: readonly Flood[] = [
  {
    name: "a file without an end",
    first: (endpoint) => upTo(endpoint, closingLine),
    more: () => filler("a"),
    bytes: bodyBytes,
  },
  {
    name: "a text without an end",
    first: () => part(textHead("note"), "").subarray(0, -2),
    more: () => filler("a"),
    bytes: bodyBytes,
  },
  { name: "a preamble without an end", first: () => filler("a"), more: () => filler("a"), bytes: bodyBytes },
  { name: "bytes without an end after the body", first: goodBody, more: () => filler("a"), bytes: bodyBytes },
  {
    name: "a part's header without an end",
    first: ({ part: name }) => part(`${fileHead(name, "a.png")}\r\nX-Endless: `, "").subarray(0, -6),
    more: () => filler("a"),
    bytes: partBytes,
  },
  {
    name: "a part's headers without an end",
    first: ({ part: name }) => part(fileHead(name, "a.png"), "").subarray(0, -4),
    more: () => Buffer.from("X-Many: y\r\n".repeat(6000)),
    bytes: partBytes,
  },
  {
    name: "a field's name without an end",
    first: () => part('Content-Disposition: form-data; name="', "").subarray(0, -6),
    more: () => filler("a"),
    bytes: partBytes,
  },
]

/** A good file and so many parts more, in pieces; the endpoint may answer before their end. */
function manyParts(name: string, make: (at: number, endpoint: Endpoint) => Buffer): AttackCase {
  return {
    name,
    expected: tooMuch,
    async play(endpoint) {
      const wire = endpoint.open()
      await wire.send(endpoint.head([`Content-Type: ${multipartType}`, "Transfer-Encoding: chunked"]))
      await wire.send(chunk(goodPart(endpoint)))
      for (let sent = 0; sent < 10_000 && !wire.isOver(); sent += 500) {
        const parts = Array.from({ length: 500 }, (_, at) => make(sent + at, endpoint))
        await wire.send(chunk(Buffer.concat(parts)))
      }
      await wire.send(Buffer.concat([chunk(closing), Buffer.from("0\r\n\r\n")]))
      return endpoint.outcomeOf(await wire.answer())
    },
  }
}

/** Bodies, parts and heads that do not end, or are too many. */
export const endless: readonly AttackCase[] = [
  ...floods.map(
    ({ name, first, more, bytes }): AttackCase => ({
      name,
      expected: [...tooMuch, "closed"],
      play: (endpoint) => flood(endpoint, first(endpoint), more(endpoint), bytes(endpoint)),
    }),
  ),
  manyParts("10,000 texts", (at) => part(textHead(`note${at}`), "x")),
  manyParts("10,000 files", (at) => part(fileHead(`file${at}`, `evil-file${at}.png`), "x")),
  manyParts("10,000 files in the place of one", (at, { part: name }) =>
    part(fileHead(name, `evil-file${at}.png`), "x"),
  ),
]
