import type { AttackCase, AttackExpected } from "../case.js"
import { closingLine, type Endpoint, goodBody, request, upTo } from "../endpoint.js"
import type { Wire } from "../wire.js"

// A reset overtakes the answer of a server that ends the connection at once.
const late: readonly AttackExpected[] = [400, 408, 413, 504, "closed"]

/** Sends a byte a second until there is an answer or an end. */
async function trickle(wire: Wire, byte: string): Promise<void> {
  while (!wire.isOver()) {
    await wire.send(byte)
    await wire.rest(1000)
  }
}

function slow(name: string, start: (endpoint: Endpoint) => string | Uint8Array, byte?: string): AttackCase {
  return {
    name,
    expected: late,
    async play(endpoint) {
      const wire = endpoint.open()
      await wire.send(start(endpoint))
      if (byte !== undefined) await trickle(wire, byte)
      const outcome = endpoint.outcomeOf(await wire.answer())
      if (outcome.came !== "silence") return outcome
      return { ...outcome, stalls: `is still held after ${endpoint.patienceMs / 1000} s` }
    },
  }
}

/** The good body's request up to here, and the length of a body that is longer. */
const upload = (endpoint: Endpoint, content: Buffer) => {
  const all = request(endpoint, Buffer.concat([goodBody(endpoint), Buffer.alloc(100_000)]))
  return Buffer.concat([all.subarray(0, all.indexOf("\r\n\r\n") + 4), content])
}
const inFile = (endpoint: Endpoint) => upload(endpoint, upTo(endpoint, closingLine))
const inHead = (endpoint: Endpoint) => upload(endpoint, upTo(endpoint, "filename", 10))

/** Clients that take their time: they hold a connection, and must hold nothing else, and not for ever. */
export const slowOnes: readonly AttackCase[] = [
  slow("a client that says nothing", () => ""),
  slow("headers that stop", (endpoint) => endpoint.head([]).slice(0, -2)),
  slow("headers of a byte a second", (endpoint) => `${endpoint.head([]).slice(0, -2)}X-Slow: `, "a"),
  slow("a body that does not begin", (endpoint) => upload(endpoint, Buffer.alloc(0))),
  slow("a part's head that stops", inHead),
  slow("a part's head of a byte a second", inHead, "a"),
  slow("a file that stops", inFile),
  slow("a file of a byte a second", inFile, "a"),
]
