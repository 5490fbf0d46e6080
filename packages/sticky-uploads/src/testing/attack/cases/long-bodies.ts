import type { AttackCase, Outcome } from "../case.js"
import { type Endpoint, goodBody, post, request } from "../endpoint.js"
import { body, boundary, fileHead, part } from "../multipart.js"

const sizeBytes = 8 * 1_048_576
const almost = `\r\n--${boundary.slice(0, -1)}`

const fillers: [string, string][] = [
  ["carriage returns", "\r"],
  ["line feeds", "\n"],
  ["line breaks", "\r\n"],
  ["line breaks and hyphens", "\r\n--"],
  ["hyphens", "-"],
  ["almost-boundaries", almost],
  ["almost-boundaries that begin anew", `${almost}\r`],
]

const sizeOf = ({ good, maxBytes }: Endpoint) => Math.max(good.length, Math.min(sizeBytes, maxBytes))

/** A file that begins as the good one does and goes on with something else. */
function fileOf(endpoint: Endpoint, filler: string | Uint8Array): Buffer {
  const content = Buffer.concat([endpoint.good, Buffer.alloc(sizeOf(endpoint) - endpoint.good.length, filler)])
  return body(part(fileHead(endpoint.part, "a.png", "image/png"), content))
}

async function timed<Result>(act: () => Promise<Result>): Promise<[Result, number]> {
  const began = performance.now()
  return [await act(), performance.now() - began]
}

/** What no reader has to look at twice. */
const plain = Uint8Array.from({ length: 4099 }, (_, at) => (at * 7919) & 0xff || 1)

/** Sends a long body and, in its middle, a good one over another connection: how long does that one take? */
async function besides(
  endpoint: Endpoint,
  content: Buffer,
): Promise<{ outcome: Outcome; heldMs: number; files: number }> {
  const wire = endpoint.open()
  const whole = request(endpoint, content)
  const half = whole.length >> 1
  await wire.send(whole.subarray(0, half))
  const rest = wire.send(whole.subarray(half)).then(async () => endpoint.outcomeOf(await wire.answer()))
  const [good, heldMs] = await timed(() => post(endpoint, goodBody(endpoint)))
  const outcome = await rest
  return { outcome, heldMs, files: (outcome.files ?? 0) + (good.files ?? 0) }
}

/** Files of eight mebibytes, or as many as are taken, made of what slows a careless reader down. */
export const longBodies: readonly AttackCase[] = fillers.map(
  ([what, filler]): AttackCase => ({
    name: `8 MiB of ${what}, and a good upload beside`,
    expected: ["taken"],
    async play(endpoint) {
      const [first, plainMs] = await timed(() => besides(endpoint, fileOf(endpoint, plain)))
      const [{ outcome, heldMs, files }, ms] = await timed(() => besides(endpoint, fileOf(endpoint, filler)))
      const bound = 10 * plainMs + 1000
      const worst = Math.max(ms, heldMs)
      const size = outcome.taken?.size ?? sizeOf(endpoint)
      const times = `${(worst / 1000).toFixed(1)} s, and ${(plainMs / 1000).toFixed(1)} s with other bytes`
      return {
        ...outcome,
        files: files + first.files,
        ...(worst > bound ? { stalls: `takes ${times}` } : {}),
        ...(size === sizeOf(endpoint) ? {} : { wrong: `says that it has ${size} of ${sizeOf(endpoint)} bytes` }),
      }
    },
  }),
)
