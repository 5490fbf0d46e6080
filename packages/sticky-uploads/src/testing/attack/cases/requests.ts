import { gzipSync } from "node:zlib"
import { type AttackCase, type AttackExpected, harmless, type Outcome, unreadable } from "../case.js"
import { chunk, type Endpoint, goodBody, post, request } from "../endpoint.js"
import { body, boundary, multipartType, part, textHead } from "../multipart.js"

/** Sends several requests in one write and says how the answers came: in their order, or not all of them. */
async function pipeline(endpoint: Endpoint, bodies: readonly Buffer[]): Promise<Outcome[]> {
  const wire = endpoint.open()
  await wire.send(Buffer.concat(bodies.map((each) => request(endpoint, each))))
  const outcomes: Outcome[] = []
  for (const _ of bodies) outcomes.push(endpoint.outcomeOf(await wire.answer()))
  return outcomes
}

const taken = (outcomes: readonly Outcome[]) => outcomes.filter(({ came }) => came === "taken").length

const types: [string, string | null][] = [
  ["no Content-Type", null],
  ["an empty Content-Type", ""],
  ["application/json", "application/json"],
  ["a form without files", "application/x-www-form-urlencoded"],
  ["text/plain", "text/plain"],
  ["multipart/mixed", `multipart/mixed; boundary=${boundary}`],
  ["something like multipart/form-data", `multipart/form-data-not; boundary=${boundary}`],
  ["bytes alone", "application/octet-stream"],
]

const boundaries: [string, string, readonly AttackExpected[]][] = [
  ["no boundary", "multipart/form-data", unreadable],
  ["an empty boundary", "multipart/form-data; boundary=", unreadable],
  ["an empty boundary in quotes", 'multipart/form-data; boundary=""', unreadable],
  ["two boundaries", `multipart/form-data; boundary=other; boundary=${boundary}`, unreadable],
  ["a boundary of 71 characters", `multipart/form-data; boundary=${"b".repeat(71)}`, harmless],
  ["a boundary of 4000 characters", `multipart/form-data; boundary=${"b".repeat(4000)}`, harmless],
  ["a boundary of a regular expression", "multipart/form-data; boundary=((((.*)+)+)+)$", unreadable],
  ["a boundary that is not closed", `multipart/form-data; boundary="${boundary}`, unreadable],
  ["a charset beside the boundary", `multipart/form-data; charset=utf-16; boundary=${boundary}`, harmless],
]

/** Requests that are whole, and wrong or unusual in what they say of themselves. */
export const requests: readonly AttackCase[] = [
  ...types.map(
    ([what, type]): AttackCase => ({
      name: `${what} instead of multipart/form-data`,
      expected: unreadable,
      play: (endpoint) => post(endpoint, goodBody(endpoint), { type }),
    }),
  ),
  ...boundaries.map(
    ([what, type, expected]): AttackCase => ({
      name: what,
      expected,
      // Divided by what the header says, so that a reader that believes it finds a file.
      play: (endpoint) => {
        const said = /boundary="?([^"]*)$/.exec(type)?.[1] ?? boundary
        const content = goodBody(endpoint).toString("latin1").replaceAll(boundary, said)
        return post(endpoint, Buffer.from(content, "latin1"), { type })
      },
    }),
  ),
  {
    name: "a body that says it is compressed, and is not",
    expected: unreadable,
    play: (endpoint) => post(endpoint, goodBody(endpoint), { lines: ["Content-Encoding: gzip"] }),
  },
  {
    name: "a compressed body that is a thousand times larger inside",
    expected: [...unreadable, 413],
    play: (endpoint) => {
      const content = body(part(textHead("note"), Buffer.alloc(32 * 1_048_576)))
      return post(endpoint, gzipSync(content), { lines: ["Content-Encoding: gzip"] })
    },
  },
  {
    name: "Expect: 100-continue",
    expected: ["taken"],
    play: (endpoint) => post(endpoint, goodBody(endpoint), { lines: ["Expect: 100-continue"] }),
  },
  {
    name: "an expectation that nobody knows",
    expected: ["taken", 400, 417],
    play: (endpoint) => post(endpoint, goodBody(endpoint), { lines: ["Expect: miracles"] }),
  },
  {
    name: "HTTP/1.0",
    expected: ["taken"],
    play: (endpoint) => post(endpoint, goodBody(endpoint), { start: `POST ${endpoint.path} HTTP/1.0` }),
  },
  {
    name: "a good body in chunks of one byte",
    expected: ["taken"],
    async play(endpoint) {
      const wire = endpoint.open()
      const pieces = [...goodBody(endpoint)].map((byte) => chunk(Uint8Array.of(byte)))
      await wire.send(endpoint.head([`Content-Type: ${multipartType}`, "Transfer-Encoding: chunked"]))
      await wire.send(Buffer.concat([...pieces, Buffer.from("0\r\n\r\n")]))
      return endpoint.outcomeOf(await wire.answer())
    },
  },
  {
    name: "three uploads in one write",
    expected: ["taken"],
    async play(endpoint) {
      const outcomes = await pipeline(
        endpoint,
        ["1.png", "2.png", "3.png"].map((name) => goodBody(endpoint, name)),
      )
      const names = outcomes.flatMap((outcome) => outcome.taken?.name ?? [])
      const [first] = outcomes as [Outcome]
      const isMixed = names.some((name, at) => name !== `${at + 1}.png`)
      return { ...first, files: taken(outcomes), ...(isMixed ? { wrong: "mixes up the answers" } : {}) }
    },
  },
  {
    name: "a refused upload and a good one in one write",
    expected: unreadable,
    async play(endpoint) {
      const outcomes = await pipeline(endpoint, [Buffer.from("nonsense"), goodBody(endpoint)])
      return { ...(outcomes[0] as Outcome), files: taken(outcomes) }
    },
  },
]
