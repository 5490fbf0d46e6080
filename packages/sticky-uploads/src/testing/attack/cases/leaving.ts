import type { AttackCase } from "../case.js"
import { closingLine, type Endpoint, exchange, goodBody, request, upTo } from "../endpoint.js"

const whole = (endpoint: Endpoint) => request(endpoint, goodBody(endpoint))

/** A request of the whole good body, of which no more is sent than up to here. */
function until(endpoint: Endpoint, start: Buffer): Buffer {
  const all = whole(endpoint)
  return all.subarray(0, all.length - goodBody(endpoint).length + start.length)
}

const stages: [string, (endpoint: Endpoint) => Buffer][] = [
  ["before a word", () => Buffer.alloc(0)],
  ["in the request line", (endpoint) => whole(endpoint).subarray(0, 8)],
  ["in the headers", (endpoint) => whole(endpoint).subarray(0, whole(endpoint).indexOf("Content-Type") + 20)],
  ["after the headers", (endpoint) => until(endpoint, Buffer.alloc(0))],
  ["in the first boundary", (endpoint) => until(endpoint, Buffer.alloc(10))],
  ["in a part's head", (endpoint) => until(endpoint, upTo(endpoint, "filename", 5))],
  ["in the file", (endpoint) => until(endpoint, upTo(endpoint, closingLine, -10))],
  ["before the closing boundary", (endpoint) => until(endpoint, upTo(endpoint, closingLine, 4))],
]

const ways = [
  ["vanishes", "reset"],
  ["hangs up", "close"],
] as const

/** Clients that are gone before they have an answer. What they leave behind is looked for; nobody waits for a word. */
export const leaving: readonly AttackCase[] = [
  ...stages.flatMap(([stage, bytes]) =>
    ways.map(
      ([how, leave]): AttackCase => ({
        name: `a client ${how} ${stage}`,
        expected: ["closed"],
        async play(endpoint) {
          const wire = endpoint.open()
          await wire.send(bytes(endpoint))
          // By the time another upload is done, what was sent has been read.
          const files = await exchange(endpoint)
          wire[leave]()
          return { came: "closed", files }
        },
      }),
    ),
  ),
  ...ways.map(
    ([how, leave]): AttackCase => ({
      name: `a client ${how} after the last byte`,
      expected: ["closed"],
      // The answer may be on its way already.
      mayLeave: 1,
      async play(endpoint) {
        const wire = endpoint.open()
        await wire.send(whole(endpoint))
        wire[leave]()
        return { came: "closed", files: await exchange(endpoint) }
      },
    }),
  ),
  {
    name: "a client that will say no more, and listens",
    expected: ["taken", "closed"],
    mayLeave: 1,
    async play(endpoint) {
      const wire = endpoint.open()
      await wire.send(whole(endpoint))
      wire.finish()
      return endpoint.outcomeOf(await wire.answer())
    },
  },
]
