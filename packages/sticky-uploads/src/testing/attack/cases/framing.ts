import { type AttackCase, type AttackExpected, misframed, type Outcome, unreadable } from "../case.js"
import { type Endpoint, goodBody, post, request } from "../endpoint.js"
import { multipartType } from "../multipart.js"

const hidden = Buffer.from("0\r\n\r\nGET /hidden-in-a-body HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

/**
 * Sends a body that one reader takes for the end of the request and a request more, and another for a body. Whoever says
 * yes to the first of these must not go on to answer the second.
 */
async function smuggle(endpoint: Endpoint, ...framing: string[]): Promise<Outcome> {
  const wire = endpoint.open()
  const head = endpoint.head([`Content-Type: ${multipartType}`, ...framing])
  await wire.send(Buffer.concat([Buffer.from(head), hidden]))
  const first = endpoint.outcomeOf(await wire.answer())
  if (first.came === "closed" || first.came === "silence") return first
  await wire.send(request(endpoint, goodBody(endpoint, "behind.png")))
  const second = endpoint.outcomeOf(await wire.answer())
  if (second.came === "closed" || second.came === "taken") return { ...first, files: second.files ?? 0 }
  return { ...first, wrong: "answers a request that was hidden in a body" }
}

const smuggled: [string, string[]][] = [
  ["two lengths that differ", ["Content-Length: 5", `Content-Length: ${hidden.length}`]],
  ["a length and chunks", [`Content-Length: ${hidden.length}`, "Transfer-Encoding: chunked"]],
  ["chunks and a length", ["Transfer-Encoding: chunked", `Content-Length: ${hidden.length}`]],
  ["a length, and chunks by another name", [`Content-Length: ${hidden.length}`, "Transfer-Encoding: xchunked"]],
  ["a length, and chunks behind a space", [`Content-Length: ${hidden.length}`, "Transfer-Encoding : chunked"]],
  ["a length, and chunks in a folded line", [`Content-Length: ${hidden.length}`, "Transfer-Encoding:\r\n chunked"]],
  ["a length, and chunks twice", [`Content-Length: ${hidden.length}`, "Transfer-Encoding: chunked, chunked"]],
  ["chunks that are not the last coding", ["Transfer-Encoding: chunked, identity"]],
  ["chunks behind a vertical tab", [`Content-Length: ${hidden.length}`, "Transfer-Encoding: \x0bchunked"]],
]

const lengths: [string, string][] = [
  ["below nothing", "-1"],
  ["with a sign", "+300"],
  ["in hexadecimal", "0x12c"],
  ["that is a list", "300, 300"],
  ["that is no number", "many"],
  ["beyond all numbers", "99999999999999999999999"],
]

const chunkSizes: [string, string][] = [
  ["below nothing", "-1"],
  ["beyond all numbers", "FFFFFFFFFFFFFFFFF"],
  ["with a prefix", "0x10"],
  ["that is no number", "many"],
  ["with an extension of a mebibyte", `5;${"a".repeat(1_048_576)}`],
]

const lines: [string, string[], readonly AttackExpected[]][] = [
  ["a header of 100 kB", [`X-Long: ${"a".repeat(100_000)}`], misframed],
  ["5000 headers", Array.from({ length: 5000 }, (_, at) => `X-${at}: a`), misframed],
  ["a NUL in a header", ["X-Nothing: a\0b"], misframed],
  // nginx leaves such a line out.
  ["a header without a colon", ["nonsense"], ["taken", ...misframed]],
]

const starts: [string, string][] = [
  ["a request line without a version", "POST /"],
  ["a version that does not exist", "POST / HTTP/9.9"],
  ["a request line of 100 kB", `POST /${"a".repeat(100_000)} HTTP/1.1`],
  ["the preface of HTTP/2", "PRI * HTTP/2.0"],
]

/** Requests whose end two readers could see in two places, and heads that no client sends. */
export const framing: readonly AttackCase[] = [
  ...smuggled.map(
    ([what, headers]): AttackCase => ({
      name: what,
      expected: [...misframed, ...unreadable],
      play: (endpoint) => smuggle(endpoint, ...headers),
    }),
  ),
  ...lengths.map(
    ([what, length]): AttackCase => ({
      name: `a length ${what}`,
      expected: misframed,
      async play(endpoint) {
        const wire = endpoint.open()
        const head = endpoint.head([`Content-Type: ${multipartType}`, `Content-Length: ${length}`])
        await wire.send(Buffer.concat([Buffer.from(head), goodBody(endpoint)]))
        return endpoint.outcomeOf(await wire.answer())
      },
    }),
  ),
  ...chunkSizes.map(
    ([what, size]): AttackCase => ({
      name: `a chunk's size ${what}`,
      expected: [...misframed, ...unreadable],
      async play(endpoint) {
        const wire = endpoint.open()
        await wire.send(endpoint.head([`Content-Type: ${multipartType}`, "Transfer-Encoding: chunked"]))
        await wire.send(`${size}\r\n`)
        await wire.send(goodBody(endpoint))
        return endpoint.outcomeOf(await wire.answer())
      },
    }),
  ),
  ...lines.map(
    ([name, headers, expected]): AttackCase => ({
      name,
      expected,
      play: (endpoint) => post(endpoint, goodBody(endpoint), { lines: headers }),
    }),
  ),
  ...starts.map(
    ([what, start]): AttackCase => ({
      name: what,
      expected: [...misframed, 404, 405, 414, 505],
      play: (endpoint) => post(endpoint, goodBody(endpoint), { start }),
    }),
  ),
]
