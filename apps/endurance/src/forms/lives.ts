import { once } from "node:events"
import { setTimeout as after } from "node:timers/promises"
import type { Random } from "../soak/random.js"
import type { Name, Pair } from "./pair.js"
import type { Rotation } from "./rotation.js"

export interface Lives {
  kills: number
  /** Kills at a step of the server's own, the others being at a moment of the clock. */
  killsAtSteps: number
}

interface LivesOptions {
  name: Name
  pair: Pick<Pair, "start">
  random: Random
  rotation: Rotation
  /** The longest of a life: so many steps of the server's own, or in half of them so much time. */
  livesSteps: number
  livesMs: number
  /** What is counted. */
  lives: Lives
  /** Ends it, and the process with it. */
  signal: AbortSignal
}

/** Kills a process and starts it anew with the secrets of the next step, again and again. */
export async function liveAndDie(options: LivesOptions): Promise<void> {
  const { name, pair, random, rotation, livesSteps, livesMs, lives, signal } = options
  const stopped = once(signal, "abort")
  while (!signal.aborted) {
    const killAt = random.integer(1, livesSteps)
    const server = await pair.start(name, { secrets: rotation.next(name), killAt })
    const ends = [server.gone.then(() => "itself"), stopped]
    if (random.pick([true, false])) ends.push(after(random.integer(0, livesMs), [], { ref: false }))
    const ended = await Promise.race(ends)
    await server.kill()
    if (signal.aborted) return
    lives.kills += 1
    if (ended === "itself") lives.killsAtSteps += 1
  }
}
