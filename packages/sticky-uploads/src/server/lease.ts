import { isStickyError } from "../core/errors.js"
import type { Storage, StoredEntry } from "../core/storage.js"

/** The right of one call to use a staged file. While it is held, and for ever once the file is gone, no other call gets one. */
export interface Lease {
  /** Gives the file back. */
  release(): Promise<void>
  /** Stops renewing; the markers stay, as the sign that the file was used. */
  keep(): void
  /** Keeps the file from everybody for ever: it was used, and could not be removed. */
  seal(): Promise<void>
}

/** How long a lease outlives a process that died: a submit takes far less, and a longer one renews. */
export const leaseMs = 60_000

export const markerOf = (key: string, turn: number): string => `${key}.claim-${turn}`

const sealed = Buffer.from("used")

async function* content(bytes?: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes) yield bytes
}

/**
 * Takes the lease of a staged file with a marker in its storage, so that of all processes that share the storage one
 * wins: a marker is written only where there is none. A marker that grew stale is not removed (two could then win) but
 * followed by the next one.
 * @returns `undefined` when another call holds it.
 */
export async function takeLease(storage: Storage, key: string, now = Date.now()): Promise<Lease | undefined> {
  let turn = 0
  let stale: StoredEntry | undefined
  for (let last = await storage.stat(markerOf(key, 1)); last; last = await storage.stat(markerOf(key, turn + 1))) {
    if (last.size > 0 || now - last.modifiedAt < leaseMs) return undefined
    stale = last
    turn += 1
  }
  const held: number[] = []

  async function mark(next: number, bytes?: Uint8Array): Promise<boolean> {
    try {
      await storage.write(markerOf(key, next), content(bytes))
      held.push(next)
      return true
    } catch (error) {
      if (isStickyError(error, "storage_conflict")) return false
      throw error
    }
  }

  if (!(await mark(turn + 1))) return undefined
  if (stale) {
    // Asked again by the storage's own clock: if that is behind ours, every marker looks old.
    const own = await storage.stat(markerOf(key, turn + 1))
    if (!own || own.modifiedAt - stale.modifiedAt < leaseMs) {
      await storage.remove(markerOf(key, turn + 1))
      return undefined
    }
  }
  let renewed: Promise<unknown> = Promise.resolve()
  const next = () => (held.at(-1) as number) + 1
  const renewal = setInterval(() => {
    renewed = renewed.then(() => mark(next())).catch(() => undefined)
  }, leaseMs / 3)
  renewal.unref()

  return {
    async release() {
      clearInterval(renewal)
      await renewed
      // Lowest first: while a higher marker stands, nobody who finds the first one free can think the file unheld.
      for (const mine of held) await storage.remove(markerOf(key, mine))
    },
    keep() {
      clearInterval(renewal)
    },
    async seal() {
      clearInterval(renewal)
      await renewed
      await mark(next(), sealed)
    },
  }
}
