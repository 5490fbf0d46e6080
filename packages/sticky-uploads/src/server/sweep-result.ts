/** What came of a sweep. */
export interface SweepCounts {
  /** Files that were listed and looked at. */
  listedFiles: number
  /** Staged files and the markers of used ones; of `sweepPromoted`, copies that nobody owns. */
  removedFiles: number
  /** Of the removed files. */
  removedBytes: number
  /** What crashed writes left. */
  removedUnfinished: number
  /** What could not be removed or listed. */
  failures: number
  /** Whether it was ended before it came to the end of a listing. */
  stopped: boolean
  /** How long it took. */
  milliseconds: number
}

/** What came of it in one storage. */
export interface StorageSweep extends SweepCounts {
  /** The storage's `name`. */
  storage: string
}

/**
 * What came of a sweep in all. Of several at once each counts what it removed itself, so their sum is true; where a storage
 * cannot tell who was quicker, a file may be counted by each of them.
 */
export interface SweepResult extends SweepCounts {
  /** Whether nothing was removed: the counts tell what would have been. */
  dryRun: boolean
  storages: StorageSweep[]
}

export const noCounts = (): SweepCounts => ({
  listedFiles: 0,
  removedFiles: 0,
  removedBytes: 0,
  removedUnfinished: 0,
  failures: 0,
  stopped: false,
  milliseconds: 0,
})

export function resultOf(storages: StorageSweep[], { dryRun = false }: { dryRun?: boolean }): SweepResult {
  const result = { ...noCounts(), dryRun, storages }
  for (const each of storages) {
    result.listedFiles += each.listedFiles
    result.removedFiles += each.removedFiles
    result.removedBytes += each.removedBytes
    result.removedUnfinished += each.removedUnfinished
    result.failures += each.failures
    result.stopped ||= each.stopped
    // They are swept at the same time.
    result.milliseconds = Math.max(result.milliseconds, each.milliseconds)
  }
  return result
}
