import { isMarker } from "../site/places.js"
import type { Ledger } from "./ledger.js"
import { median } from "./median.js"

/** One minute of the server's life, or how long a sample is. */
export interface Sample {
  /** Since the beginning. */
  seconds: number
  /** The median of several looks. */
  rssBytes: number
  openFiles: number
  stagedFiles: number
  loopP99Ms: number
  outcomes: ReadonlyMap<string, number>
}

/** All that is known of a soak once its last client has left. */
export interface Evidence {
  samples: readonly Sample[]
  /** What each of the server's descriptors is. */
  openFilesBefore: readonly string[]
  openFilesAfter: readonly string[]
  /** What the server's own side had to complain of. */
  errors: readonly string[]
  staged: readonly string[]
  kept: readonly string[]
  ledger: Pick<Ledger, "held" | "left" | "unexplained">
}

// By then the caches are full and the code is compiled.
const settledSeconds = 600
// V8 collects when it likes: one minute alone is a tenth above or below the next.
const spanSeconds = 300
const mostGrowth = 1.1

const rssBetween = (samples: readonly Sample[], from: number, to: number): number =>
  median(samples.filter(({ seconds }) => seconds > from && seconds <= to).map(({ rssBytes }) => rssBytes))

/**
 * How much larger the server is at the end than in its tenth minute, by the medians of five minutes each; `undefined` of a
 * run in which the two would overlap.
 */
export function growthOf(samples: readonly Sample[]): number | undefined {
  const end = samples.at(-1)?.seconds ?? 0
  const settledEnd = settledSeconds + spanSeconds / 2
  if (end - spanSeconds < settledEnd) return undefined
  const settled = rssBetween(samples, settledEnd - spanSeconds, settledEnd)
  return rssBetween(samples, end - spanSeconds, end) / settled
}

/** Says in a sentence each what a soak has shown to be wrong. */
export function faultsOf({
  samples,
  openFilesBefore,
  openFilesAfter,
  errors,
  staged,
  kept,
  ledger,
}: Evidence): string[] {
  const faults = [...ledger.unexplained, ...errors.map((error) => `the server says: ${error}`)]
  const growth = growthOf(samples)
  if (growth !== undefined && growth > mostGrowth)
    faults.push(`RSS is ${growth.toFixed(2)} times that of the tenth minute`)
  const more = openFilesAfter.filter((each) => !openFilesBefore.includes(each))
  if (openFilesAfter.length !== openFilesBefore.length)
    faults.push(`${openFilesBefore.length} open files became ${openFilesAfter.length}: ${more}`)
  const files = new Set(staged.filter((key) => !isMarker(key)))
  for (const key of files)
    if (!ledger.held.has(key) && !ledger.left.has(key)) faults.push(`nobody holds a token for ${key}`)
  for (const key of ledger.held) if (!files.has(key)) faults.push(`${key} is gone, and its client holds a token`)
  for (const key of kept) faults.push(`${key} was promoted and never let go of`)
  return faults
}
