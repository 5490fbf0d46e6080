import { uploadIdHeader } from "../core/protocol.js"
import type { StickyToken } from "../core/token.js"
import type { StickyRequest } from "./exchange.js"
import { newId } from "./id.js"
import { keyOf, type Person } from "./person.js"
import type { SharedNames } from "./shared-names.js"

/**
 * Knows the uploads that clients have named, so that of one that comes again nothing stays but the last. That happens when
 * a line breaks before the answer: browsers send a POST again, silently, and clients do it by themselves. What no process
 * knows any more leaves a file to the sweeper, never a wrong token.
 */
export interface Resends {
  /** Begins an upload. An earlier one of the same name is cut off if it still runs here, and its file discarded if it waits. */
  begin(key: string | undefined, acts: ResendActs): Promise<Turn>
}

interface ResendActs {
  /** Ends this upload, as one of the same name has begun. */
  cut(): void
  /** Removes the file of a token that nobody has. */
  discard(token: StickyToken): Promise<void>
}

/** One upload's turn. */
export interface Turn {
  /** It is let in. */
  start(): Promise<void>
  /** Its file waits; resolves to whether somebody waits for it, as none of the same name has begun since. */
  keep(token: StickyToken): Promise<boolean>
  /** It is over; without a file, it is forgotten. */
  leave(): void
}

// A client that tries for longer has a lot of patience, and the sweeper the rest.
export const keptSeconds = 900
const maxKept = 10_000

const unnamed: Turn = { start: async () => undefined, keep: async () => true, leave: () => undefined }

/** What an upload is known by, if its client has named it: nobody reaches the uploads of others, whatever the name. */
export function resendKey({ headers }: StickyRequest, target: string, person: Person): string | undefined {
  const name = headers[uploadIdHeader.toLowerCase()]
  if (typeof name !== "string" || !/^[\w.-]{8,64}$/.test(name)) return undefined
  return [target, keyOf(person), name].join("\0")
}

/**
 * @param shared what other processes know, where they share it.
 * @param onError is told of files that could not be removed.
 */
export function createResends(shared: SharedNames | undefined, onError: (error: unknown) => void): Resends {
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
    async begin(key, { cut, discard }) {
      if (key === undefined) return unnamed
      const earlier = all.get(key)
      const known: Known = { end: cut, until: Number.POSITIVE_INFINITY, isOvertaken: false }
      put(key, known)
      try {
        if (earlier) {
          earlier.isOvertaken = true
          await earlier.end()
        }
        const elsewhere = await shared?.tokenOf(key)
        if (elsewhere) await discard(elsewhere)
      } catch (error) {
        onError(error)
      }
      const run = newId()
      return {
        start: async () => shared?.begin(key, run),
        async keep(token) {
          const isLastOfAll = (await shared?.keep(key, run, token)) ?? true
          if (known.isOvertaken || !isLastOfAll) return false
          known.end = () => discard(token)
          known.until = Date.now() + keptSeconds * 1000
          put(key, known)
          return true
        },
        leave() {
          if (known.until === Number.POSITIVE_INFINITY && all.get(key) === known) all.delete(key)
        },
      }
    },
  }
}
