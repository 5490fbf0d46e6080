import { setTimeout as after } from "node:timers/promises"
import { createRandom, type Random } from "../soak/random.js"
import { age, check, unowned } from "./check.js"
import { runClient } from "./client.js"
import { createLedger, type Told } from "./ledger.js"
import type { KillsOptions, Report } from "./run.js"
import { journalOf, type Server, stagedOf, startServer, uploadsOf } from "./server.js"

type Round = Pick<KillsOptions, "clients" | "onKill"> & {
  directory: string
  /** How often the server is killed. */
  times: number
  random: Random
  /** What this round adds to. */
  report: Report
}

// Beyond a lease, and beyond a token's life with the sweeper's grace.
const leaseSeconds = 120
const lifeSeconds = 172_800

/** Kills a server so many times on one directory, then lets the clients come to an end, and sweeps. */
export async function runRound({ directory, times, random, clients, report, onKill }: Round): Promise<void> {
  const ledger = createLedger()
  const unended = new Set<Told>()
  let isLast = false
  let server: Server | undefined
  let arrived = gate<string>()

  async function start(killAt: number): Promise<Server> {
    const started = await startServer({ directory, killAt })
    server = started
    void started.gone.then(() => {
      server = undefined
      arrived = gate()
    })
    arrived.open(started.url)
    return started
  }

  async function killOnce(): Promise<void> {
    const killAt = random.pick([true, false]) ? random.integer(1, 300) : 0
    const started = await start(killAt)
    // One that does not come to its step is killed all the same.
    await Promise.race([started.gone, after(killAt > 0 ? 2000 : random.integer(0, 600))])
    started.kill()
    await started.gone
    report.kills += 1
    if (killAt > 0) report.killsAtSteps += 1
  }

  const note = (violations: string[]) => {
    report.violations = [...new Set([...report.violations, ...violations])]
  }

  async function hold(told: Iterable<Told> = ledger.told): Promise<void> {
    const found = await check(directory, told)
    note(found.violations)
    for (const file of found.unended) unended.add(file)
  }

  const running = Array.from({ length: clients }, () =>
    runClient({
      random: createRandom(String(random.integer(0, 2 ** 32 - 1))),
      ledger,
      journal: journalOf(directory),
      up: () => arrived.opened,
      down: () => Promise.race([server?.gone.then(() => true) ?? true, after(5000, false, { ref: false })]),
      isOver: () => isLast && ledger.cut.length === 0,
    }),
  )
  try {
    for (let kill = 0; kill < times; kill += 1) {
      await killOnce()
      await hold()
      await age(stagedOf(directory), leaseSeconds, (name) => name.includes(".claim-"))
      onKill?.(report)
    }
    isLast = true
    const last = await start(0)
    await Promise.all(running)
    await hold()
    for (const each of [stagedOf(directory), uploadsOf(directory)]) await age(each, lifeSeconds)
    const swept = await last.sweep()
    report.unfinished += swept.staged.removedUnfinished + swept.promoted.removedUnfinished
    report.orphans += swept.promoted.removedFiles
    const left = await unowned(directory)
    note(left.map((name) => `${name} has no owner, and the sweep left it`))
    note(ledger.surprises)
    // The tokens that were good are swept; what was accepted stays.
    await hold([...ledger.told].filter(({ fate }) => fate === "accepted"))
    report.unended += unended.size
    for (const name of Object.keys(ledger.counts) as (keyof typeof ledger.counts)[]) report[name] += ledger.counts[name]
  } finally {
    server?.kill()
  }
}

/** A promise and what settles it. */
function gate<T>() {
  let open: (value: T) => void = () => undefined
  const opened = new Promise<T>((resolve) => {
    open = resolve
  })
  return { open, opened }
}
