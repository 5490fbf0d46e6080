import { setImmediate } from "node:timers/promises"
import type { Storage, StoredEntry } from "../core/storage.js"
import type { Ends } from "./endable.js"
import { askAll } from "./storages/entries.js"
import { moveBookmark, readBookmark } from "./sweep-marks.js"
import { noCounts, type StorageSweep } from "./sweep-result.js"
import { until } from "./until.js"
import { within } from "./within.js"

export interface SweepOptions extends Ends {
  /** Removes nothing, and tells what it would. Unfinished files it does not tell: they can only be removed. @default false */
  dryRun?: boolean
  /** Is told now and then how far it is in one storage. */
  onProgress?: (soFar: StorageSweep) => void
}

interface StorageSweepOptions extends Pick<SweepOptions, "dryRun" | "onProgress"> {
  /** Ends the sweep. One that can be ended goes on where an earlier one was. */
  end: AbortSignal | undefined
  /** Where it is kept how far it came, should it be ended. */
  bookmark: string
  /** What the keys of the files begin with that it is about. @default "" */
  prefix?: string
  /** Unfinished files older than that are removed, in milliseconds since the epoch. */
  before: number
  /** Picks the files that go. */
  pick: (entries: AsyncIterable<StoredEntry>) => AsyncIterable<StoredEntry>
  /** Whether it counts as a removed file. @default always */
  isFile?: (key: string) => boolean
  /** Is told each failure; what it throws ends the sweep. */
  onFailure: (error: unknown) => void
}

// A storage that answers later than that does not answer.
const patienceSeconds = 60
// The loop is free in between, wherever a listing comes from.
const entriesAtOnce = 250

/** Lists one storage and removes what is picked, a few at a time; what fails does not keep the rest. */
export async function sweepStorage(storage: Storage, options: StorageSweepOptions): Promise<StorageSweep> {
  const {
    dryRun = false,
    onProgress,
    end,
    bookmark,
    prefix = "",
    before,
    pick,
    isFile = () => true,
    onFailure,
  } = options
  const began = performance.now()
  const counts = noCounts()
  const soFar = (): StorageSweep => ({
    storage: storage.name,
    ...counts,
    milliseconds: Math.round(performance.now() - began),
  })
  const inTime = <T>(operation: string, work: Promise<T>) => within(patienceSeconds, { storage, operation }, work)
  const goesOn = end !== undefined && !dryRun
  let after: string | undefined
  let reached: string | undefined

  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      counts.failures += 1
      onFailure(error)
      return undefined
    }
  }

  async function* unfinished() {
    yield (await storage.removeUnfinished?.(before)) ?? 0
  }

  async function* entries() {
    if (goesOn) after = await readBookmark(storage, bookmark)
    reached = after
    yield* storage.list({ prefix, after })
  }

  async function* listed() {
    let last: string | undefined
    let isInOrder = true
    for await (const entry of until(end, entries())) {
      counts.listedFiles += 1
      isInOrder &&= last === undefined || last < entry.key
      last = entry.key
      yield entry
      // In no order, that it was reached says nothing.
      if (isInOrder) reached = last
      if (counts.listedFiles % entriesAtOnce > 0) continue
      onProgress?.(soFar())
      await setImmediate()
    }
    counts.stopped = end?.aborted ?? false
    if (!counts.stopped) reached = undefined
    else if (!isInOrder) reached = after
  }

  const remove = (entry: StoredEntry) =>
    attempt(async () => {
      if (dryRun) return entry
      return (await inTime("remove", storage.remove(entry.key))) === false ? undefined : entry
    })

  // First, as it is quick: so sweeps that have little time come to it, too.
  if (!dryRun)
    await attempt(async () => {
      for await (const removed of until(end, unfinished())) counts.removedUnfinished += removed
    })
  await attempt(async () => {
    for await (const { key, size } of askAll(pick(listed()), remove)) {
      if (!isFile(key)) continue
      counts.removedFiles += 1
      counts.removedBytes += size
    }
    if (goesOn && reached !== after) await inTime("bookmark", moveBookmark(storage, bookmark, reached))
  })
  return soFar()
}
