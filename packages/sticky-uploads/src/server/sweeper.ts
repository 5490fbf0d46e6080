import type { Storage, StoredEntry } from "../core/storage.js"
import { endable } from "./endable.js"
import { longestTimeoutMs } from "./receive/receive.js"
import { isOverTurn, isSweepMark, stagedBookmark, takeTurn } from "./sweep-marks.js"
import { resultOf, type SweepResult } from "./sweep-result.js"
import { type SweepOptions, sweepStorage } from "./sweep-storage.js"
import type { Follow } from "./telemetry.js"
import { within } from "./within.js"

export interface Sweeper {
  /** Sweeps now. */
  sweep(options?: SweepOptions): Promise<SweepResult>
  /** Ends the regular sweep, also one that is under way. */
  close(): void
}

interface SweeperOptions {
  storages: () => Iterable<Storage>
  /** What the keys begin with of the files that it is about. */
  mark: string
  /** How long these live. */
  expiresInSeconds: number
  everySeconds: number | false
  follow: Follow
  /** Is told what each sweep removed. */
  onSwept: (result: SweepResult) => void
  onError: (error: unknown) => void
}

// Beyond a token's life: clocks of servers and storages differ a little, and a slow submit may still hold the file.
const graceMs = 3_600_000
// A regular sweep that takes longer stands still, and would keep the next ones.
const longestSeconds = 3600

/** Where the files of these targets wait. A storage that cannot be had does not keep the others from being swept. */
export function storagesOf(
  targets: readonly string[],
  storageOf: (target: string) => Storage,
  onError: (error: unknown) => void,
): Set<Storage> {
  const storages = new Set<Storage>()
  for (const target of targets) {
    try {
      storages.add(storageOf(target))
    } catch (error) {
      onError(error)
    }
  }
  return storages
}

/**
 * Makes what removes staged files that no token is good for any more, and what crashed writes left. Safe to run anywhere,
 * at any time, in several processes at once: it touches nothing but staged files past their life. Regular sweeps of
 * processes that share a storage take turns, as each of them would list all of it.
 */
export function createSweeper(options: SweeperOptions): Sweeper {
  const { storages, mark, expiresInSeconds, everySeconds, follow, onSwept, onError } = options
  let underWay: AbortController | undefined

  async function sweepOne(storage: Storage, end: AbortSignal | undefined, given: SweepOptions) {
    const now = Date.now()
    const before = now - expiresInSeconds * 1000 - graceMs
    let failure: { error: unknown } | undefined

    async function* expired(entries: AsyncIterable<StoredEntry>) {
      for await (const entry of entries) {
        const { key, modifiedAt } = entry
        if (isSweepMark(mark, key) ? isOverTurn(mark, key, now) : key.startsWith(mark) && modifiedAt < before)
          yield entry
      }
    }

    const swept = await sweepStorage(storage, {
      ...given,
      end,
      bookmark: stagedBookmark(mark),
      prefix: mark,
      // An upload that is still running is younger than a token lives.
      before,
      pick: expired,
      isFile: (key) => !isSweepMark(mark, key),
      onFailure(error) {
        failure ??= { error }
      },
    })
    // Of as many as there may be, one says it all.
    if (failure) onError(failure.error)
    return swept
  }

  async function sweepAll(all: readonly Storage[], given: SweepOptions): Promise<SweepResult> {
    const result = await endable(given, (end) =>
      follow({ name: "sweep" }, async () =>
        resultOf(await Promise.all(all.map((storage) => sweepOne(storage, end, given))), given),
      ),
    )
    if (!result.dryRun) onSwept({ ...result })
    return result
  }

  async function sweepRegularly(everyMs: number): Promise<void> {
    if (underWay) return
    underWay = new AbortController()
    const { signal } = underWay
    const asked = async (storage: Storage) => {
      const turn = takeTurn(storage, mark, everyMs, Date.now())
      // A storage that stands still shall be said to, by the sweep.
      return (await within(60, { storage, operation: "write" }, turn).catch(() => true)) ? [storage] : []
    }
    const turns = (await Promise.all([...storages()].map(asked))).flat()
    if (turns.length > 0 && !signal.aborted) await sweepAll(turns, { signal, maxSeconds: longestSeconds })
    underWay = undefined
  }

  function begin(everyMs: number) {
    return setInterval(() => void sweepRegularly(everyMs), Math.min(everyMs, longestTimeoutMs)).unref()
  }

  const timer = everySeconds === false ? undefined : begin(everySeconds * 1000)
  return {
    sweep: async (given = {}) => sweepAll([...storages()], given),
    close() {
      clearInterval(timer)
      underWay?.abort()
    },
  }
}
