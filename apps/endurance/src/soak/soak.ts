import { readdir } from "node:fs/promises"
import { setTimeout as wait } from "node:timers/promises"
import { quiet } from "../site/quiet.js"
import type { Look } from "../site/site-process.js"
import { type Site, startSite } from "../site/start-site.js"
import { age } from "./caretaker.js"
import { visitSlowly, visitWell } from "./good.js"
import { createLedger, type Ledger } from "./ledger.js"
import { median } from "./median.js"
import { createRandom } from "./random.js"
import { visitWrongly } from "./refused.js"
import { visitRudely } from "./rude.js"
import { faultsOf, type Sample } from "./verdict.js"
import { createVisitor, type Visitor } from "./visitor.js"

export interface SoakOptions {
  seconds: number
  connections: number
  seed: string
  /** How long a sample is. */
  sampleSeconds: number
  /** By what every pause of a client is multiplied. */
  pace: number
  idleSeconds: number
}

export interface Soak {
  samples: readonly Sample[]
  answers: number
  /** What was wrong; nothing in a run that passed. */
  faults: readonly string[]
}

// Of ten clients six are good, two slow, one is refused and one rude.
const visits: readonly ((visitor: Visitor) => Promise<void>)[] = [
  ...Array.from({ length: 6 }, () => visitWell),
  visitSlowly,
  visitSlowly,
  visitWrongly,
  visitRudely,
]
const looksPerSample = 12

/** Comes again and again, until it is told to stop. */
async function frequent(
  at: number,
  site: Site,
  ledger: Ledger,
  options: SoakOptions,
  stop: AbortSignal,
): Promise<void> {
  const random = createRandom(`${options.seed} ${at}`)
  const visitor = createVisitor({ port: site.port, person: `person-${at}`, ledger, random, pace: options.pace })
  const visit = visits[at % visits.length] as (typeof visits)[0]
  while (!stop.aborted && site.isAlive()) {
    await visit(visitor)
    await visitor.pause(random.integer(5, 40) / 10)
  }
  visitor.leave()
}

/** Watches the server, a few looks to a sample. */
async function watch(
  site: Site,
  ledger: Ledger,
  options: SoakOptions,
  tell: (sample: Sample) => void,
): Promise<Sample[]> {
  const samples: Sample[] = []
  const began = performance.now()
  const elapsed = () => (performance.now() - began) / 1000
  for (let end = options.sampleSeconds; elapsed() < options.seconds; end += options.sampleSeconds) {
    const looks: Look[] = []
    do {
      await wait((options.sampleSeconds * 1000) / looksPerSample)
      looks.push(await site.look())
    } while (elapsed() < Math.min(end, options.seconds))
    await age(site.stagedDirectory, ledger)
    const sample: Sample = {
      seconds: elapsed(),
      rssBytes: median(looks.map(({ rssBytes }) => rssBytes)),
      openFiles: (looks.at(-1) as Look).openFiles.length,
      stagedFiles: (await readdir(site.stagedDirectory)).length,
      loopP99Ms: Math.max(...looks.map(({ loopP99Ms }) => loopP99Ms)),
      outcomes: ledger.outcomes(),
    }
    samples.push(sample)
    tell(sample)
  }
  return samples
}

/** Lets many clients, good, slow and hostile ones, use one server for so long, and says what became of it. */
export async function soak(options: SoakOptions, tell: (sample: Sample) => void): Promise<Soak> {
  const site = await startSite({
    quotas: { uploadsPerMinute: 100_000, waitingBytes: 1e12, uploadsAtOnce: 10_000 },
    idleSeconds: options.idleSeconds,
    sweepEverySeconds: options.sampleSeconds / 2,
  })
  const ledger = createLedger()
  const stop = new AbortController()
  try {
    const { openFiles: openFilesBefore } = await site.look()
    const clients = Array.from({ length: options.connections }, (_, at) =>
      frequent(at, site, ledger, options, stop.signal),
    )
    const samples = await watch(site, ledger, options, tell)
    stop.abort()
    await Promise.all(clients)
    const { openFiles: openFilesAfter, errors } = await quiet(site, openFilesBefore.length)
    const [staged, kept] = await Promise.all([readdir(site.stagedDirectory), readdir(site.keptDirectory)])
    const faults = faultsOf({ samples, openFilesBefore, openFilesAfter, errors, staged, kept, ledger })
    return { samples, answers: ledger.total, faults }
  } finally {
    stop.abort()
    await site.stop()
  }
}
