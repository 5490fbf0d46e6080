import type { IncomingMessage } from "node:http"
import { uploadIdHeader } from "../core/protocol.js"
import { keyOf, type Person } from "./person.js"

/**
 * Knows the uploads that clients have named, so that of one that comes again nothing stays but the last. That happens when
 * a line breaks before the answer: browsers send a POST again, silently, and clients do it by themselves. Kept in this
 * process alone; what comes again at another one leaves a file to the sweeper, never a wrong token.
 */
export interface Resends {
  /**
   * Begins an upload. An earlier one of the same name is cut off if it still runs, and its file removed if it waits.
   * @param cut ends this upload, as one of the same name has begun.
   */
  begin(key: string | undefined, cut: () => void): Promise<Turn>
}

/** One upload's turn. */
export interface Turn {
  /** Whether one of the same name has begun since, so that nobody waits for this one. */
  isOvertaken(): boolean
  /** Its file waits. */
  keep(remove: () => Promise<void>): void
  /** It is over; without a file, it is forgotten. */
  leave(): void
}

// A client that tries for longer has a lot of patience, and the sweeper the rest.
const keptMs = 900_000
const maxKept = 10_000

const unnamed: Turn = { isOvertaken: () => false, keep: () => undefined, leave: () => undefined }

/** What an upload is known by, if its client has named it: nobody reaches the uploads of others, whatever the name. */
export function resendKey({ headers }: IncomingMessage, target: string, person: Person): string | undefined {
  const name = headers[uploadIdHeader.toLowerCase()]
  if (typeof name !== "string" || !/^[\w.-]{8,64}$/.test(name)) return undefined
  return [target, keyOf(person), name].join("\0")
}

/** @param onError is told of files that could not be removed. */
export function createResends(onError: (error: unknown) => void): Resends {
  interface Known {
    end: () => Promise<void> | void
    until: number
    isOvertaken: boolean
  }
  // Those that wait the longest come first.
  const all = new Map<string, Known>()

  function put(key: string, known: Known): void {
    all.delete(key)
    all.set(key, known)
    for (const [oldest, { until }] of all) {
      if (all.size <= maxKept && until > Date.now()) break
      all.delete(oldest)
    }
  }

  return {
    async begin(key, cut) {
      if (key === undefined) return unnamed
      const earlier = all.get(key)
      const known: Known = { end: cut, until: Number.POSITIVE_INFINITY, isOvertaken: false }
      put(key, known)
      if (earlier) {
        earlier.isOvertaken = true
        try {
          await earlier.end()
        } catch (error) {
          onError(error)
        }
      }
      return {
        isOvertaken: () => known.isOvertaken,
        keep(remove) {
          if (known.isOvertaken) return
          known.end = remove
          known.until = Date.now() + keptMs
          put(key, known)
        },
        leave() {
          if (known.until === Number.POSITIVE_INFINITY && all.get(key) === known) all.delete(key)
        },
      }
    },
  }
}
