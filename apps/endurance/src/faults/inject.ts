import { setTimeout as after } from "node:timers/promises"
import type { Faults } from "@sticky-uploads/services"
import type { Random } from "../soak/random.js"
import type { Ground } from "./ground.js"

/** Which requests meet a fault: all, or one kind. */
const kinds: [string, RegExp | undefined][] = [
  ["any request", undefined],
  ["begin", /^POST \S+\?uploads/],
  ["part", /^PUT \S+partNumber/],
  ["completion", /^POST \S+uploadId/],
  ["put", /^PUT \S+x-id=PutObject/],
  ["copy", /^PUT \S+x-id=CopyObject/],
  ["look", /^HEAD /],
  ["removal", /^DELETE /],
]

const faults: [string, (random: Random) => Faults][] = [
  [
    "reset",
    (random) => ({ resetAfterBytes: random.pick([0, random.integer(1, 1000), random.integer(1000, 900_000)]) }),
  ],
  ["lost answer", () => ({ resetAnswerAfterBytes: 0 })],
  ["cut answer", (random) => ({ resetAnswerAfterBytes: random.integer(1, 2000) })],
  ["black hole", () => ({ isBlackHole: true })],
  ["503", () => ({ status: 503 })],
  ["slow", (random) => ({ bytesPerSecond: random.integer(500_000, 4_000_000) })],
  ["late", (random) => ({ latencyMs: random.integer(50, 600) })],
]

// A fault that nobody comes by is none.
const patienceMs = 10_000

/**
 * Has one thing go wrong until at least one request met it, and a moment longer.
 * @returns its name; `undefined` when nobody met it.
 */
export async function inject({ gateway, line }: Ground, random: Random): Promise<string | undefined> {
  await after(random.integer(0, 100))
  const holdMs = random.integer(0, 700)
  if (random.integer(1, 12) === 1) return shake(random.pick(["kill", "halt"]), holdMs)
  const [kind, only] = random.pick(kinds as [(typeof kinds)[0]])
  const [fault, settingsOf] = random.pick(faults as [(typeof faults)[0]])
  const met = line.met().then(() => true)
  line.set({ ...settingsOf(random), ...(only && { only }) })
  const isMet = await Promise.race([met, after(patienceMs, false, { ref: false })])
  await after(holdMs)
  line.set()
  return isMet ? `${kind}: ${fault}` : undefined

  /** The gateway itself dies, or stands still. */
  async function shake(how: "kill" | "halt", ms: number): Promise<string> {
    if (how === "kill") await gateway.kill()
    else gateway.halt()
    await after(ms)
    if (how === "kill") await gateway.start()
    else gateway.goOn()
    return `gateway: ${how}`
  }
}
