import type { Storage, StoredEntry } from "../core/storage.js"
import { endable } from "./endable.js"
import { isStagedKey } from "./staging.js"
import { askAll } from "./storages/entries.js"
import { promotedBookmark } from "./sweep-marks.js"
import { resultOf, type SweepResult } from "./sweep-result.js"
import { type SweepOptions, sweepStorage } from "./sweep-storage.js"

export interface SweepPromotedOptions extends SweepOptions {
  /** Says whether the app still knows of a file: whether a row has its key. Only what it answers with `false` is removed. */
  isOwned: (entry: StoredEntry) => boolean | Promise<boolean>
  /** Younger files are left alone: the call that promoted them may not have come to its row yet. @default 86_400 (24 hours) */
  olderThanSeconds?: number
}

/**
 * Removes from where files stay what a crash left there: copies whose call never came to its row, and unfinished ones.
 * Staged files are none of its business, should they share the storage. Safe at any time, in several processes at once.
 * @throws what `isOwned` or the storage throws; files of which it was not known by then stay.
 */
export async function sweepPromoted(
  storage: Storage,
  { isOwned, olderThanSeconds = 86_400, ...options }: SweepPromotedOptions,
): Promise<SweepResult> {
  if (!(Number.isFinite(olderThanSeconds) && olderThanSeconds > 0))
    throw new TypeError(`sticky-uploads: olderThanSeconds is ${olderThanSeconds}; give a number of seconds over 0`)
  const before = Date.now() - olderThanSeconds * 1000

  async function* old(entries: AsyncIterable<StoredEntry>) {
    for await (const entry of entries) if (entry.modifiedAt < before && !isStagedKey(entry.key)) yield entry
  }
  const orphan = async (entry: StoredEntry) => ((await isOwned(entry)) === false ? entry : undefined)

  const swept = await endable(options, (end) =>
    sweepStorage(storage, {
      ...options,
      end,
      bookmark: promotedBookmark,
      before,
      pick: (entries) => askAll(old(entries), orphan),
      onFailure(error) {
        throw error
      },
    }),
  )
  return resultOf([swept], options)
}
