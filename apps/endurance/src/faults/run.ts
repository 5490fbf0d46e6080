import { setTimeout as after } from "node:timers/promises"
import type { Swept } from "../forms/check.js"
import { createRandom } from "../soak/random.js"
import { check, sweep } from "./check.js"
import { runClient, submit } from "./client.js"
import { openGround } from "./ground.js"
import { inject } from "./inject.js"
import { type Counts, createLedger } from "./ledger.js"
import { serveSite } from "./site.js"

export interface FaultsOptions {
  /** How many faults. */
  count: number
  /** The same faults and files for the same seed. */
  seed: string
  clients: number
  /** Whether files are waited for that a failed submit still holds: that takes a minute. */
  waitsForHeld: boolean
  /** Is told each fault. */
  onFault?: ((name: string, count: number) => void) | undefined
}

export interface Report extends Counts, Swept {
  faults: number
  /** Uploads of parts that were not ended, before the sweep. */
  unended: number
  /** Sentences, one for each thing that must not be. */
  violations: string[]
}

// Longer than a submit that failed can hold its file.
const heldSeconds = 65

/** Injects faults between an app and its S3 server while clients use it, and holds what is left against what they were told. */
export async function runFaults(options: FaultsOptions): Promise<Report> {
  const { count, seed, clients, waitsForHeld, onFault } = options
  const ledger = createLedger()
  const { told, again, surprises } = ledger
  const ground = await openGround()
  const site = await serveSite(ground, (error) => surprises.push(`the app was told of ${error}`))
  const client = { site, ledger }
  let faults = 0
  let isOver = false

  async function injectAll(): Promise<void> {
    const random = createRandom(seed)
    while (faults < count && surprises.length === 0) {
      const name = await inject(ground, random)
      if (name === undefined) continue
      faults += 1
      onFault?.(name, faults)
    }
    isOver = true
  }
  const submitAgain = async () => {
    for (const file of again.splice(0)) await submit(client, file, { isAgain: true })
  }

  try {
    const running = Array.from({ length: clients }, (_, at) =>
      runClient(client, createRandom(`${seed} ${at}`), () => isOver).catch((error: unknown) => {
        surprises.push(`a client was not answered: ${error}`)
      }),
    )
    await Promise.all([...running, injectAll()])
    await submitAgain()
    if (waitsForHeld && again.length > 0) {
      await after(heldSeconds * 1000)
      await submitAgain()
      surprises.push(...again.map(({ title }) => `"${title}" could not be submitted when all was well again`))
    }
    const lost = await check(told, site.rows, ground)
    const { left, ...swept } = await sweep(site.rows, ground)
    const accepted = told.filter(({ isAccepted }) => isAccepted)
    const violations = new Set([...surprises, ...lost, ...left, ...(await check(accepted, site.rows, ground))])
    return { faults, ...ledger.counts, ...swept, violations: [...violations] }
  } finally {
    await site.close()
    await ground.close()
  }
}
