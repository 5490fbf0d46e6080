import type { Storage } from "../core/storage.js"

export interface SweepResult {
  /** Staged files and the markers of used ones. */
  removedFiles: number
  /** What crashed writes left. */
  removedUnfinished: number
}

// Beyond a token's life: clocks of servers and storages differ a little, and a slow submit may still hold the file.
const graceMs = 3_600_000

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
 * Removes staged files that no token is good for any more, and what crashed writes left. Safe to run anywhere, at any
 * time, in several processes at once: it touches nothing but staged files past their life.
 * @param mark what the keys of the files begin with that live so long.
 */
export async function sweep(
  storages: Iterable<Storage>,
  mark: string,
  expiresInSeconds: number,
  now: number,
  onError: (error: unknown) => void,
): Promise<SweepResult> {
  const before = now - expiresInSeconds * 1000 - graceMs
  const result = { removedFiles: 0, removedUnfinished: 0 }
  for (const storage of storages) {
    let failure: { error: unknown } | undefined
    try {
      for await (const { key, modifiedAt } of storage.list()) {
        if (!key.startsWith(mark) || modifiedAt >= before) continue
        try {
          await storage.remove(key)
          result.removedFiles += 1
        } catch (error) {
          // One that cannot be removed does not keep the others.
          failure ??= { error }
        }
      }
      // An upload that is still running is younger than a token lives.
      result.removedUnfinished += (await storage.removeUnfinished?.(before)) ?? 0
    } catch (error) {
      failure ??= { error }
    }
    // Of as many as there may be, one says it all.
    if (failure) onError(failure.error)
  }
  return result
}
