import { stickyError } from "../core/messages.js"
import type { TokenClaims } from "../core/token.js"
import { createCounter } from "./counter.js"
import { keyOf, type Person } from "./person.js"

/** How much at once. A limit that is `false` is none. "One person" is one subject, or one address where there is none. */
export interface QuotaOptions {
  /** Uploads that one person may begin in a minute; a form without JavaScript counts as one. @default 120 */
  uploadsPerMinute?: number | false
  /**
   * Bytes that one person's files may have together, as long as they are under way or wait to be submitted. What is never
   * submitted counts until a token's life has passed since the first file.
   * @default 1_000_000_000 (1 GB), or where that is more ten of the largest files that any field takes, or one whole form
   */
  waitingBytes?: number | false
  /** Uploads that this process takes at once; one person never has more of them than are still free. @default 1024 */
  uploadsAtOnce?: number | false
  /**
   * Where all processes count together, and know each other's uploads when one comes again: a connected client of ioredis or
   * node-redis. While it does not answer, each process is alone with its own.
   * @default each process is alone
   */
  redis?: object
}

/** What a request may bring, as far as is known before its body. */
export interface Load {
  /** Of the whole body, or `Infinity`. */
  bytes: number
  /** The most that its files may have together. */
  filesBytes: number
  /** The most that comes beside them and is let in where files are not. */
  besideBytes: number
  /** Of the largest file that any field takes. */
  largestBytes: number
}

export interface Quotas {
  /**
   * Lets an upload begin.
   * @throws StickyError `server_busy`, `too_many_uploads`, `too_many_bytes`
   */
  enter(person: Person, load: Load): Promise<Pass>
  /** A file that was kept does not wait any more. */
  giveBack(file: Person & Pick<TokenClaims, "size" | "iat">): void
}

/** One upload's place. */
export interface Pass {
  readonly person: Person
  /** So many of its bytes wait from now on, until `giveBack`. */
  keep(bytes: number): void
  /** The upload is over. */
  leave(): void
}

const leastBytes = 1_000_000_000
const leastFiles = 10
const nowInSeconds = () => Math.floor(Date.now() / 1000)

function limit(option: string, value: number | false | undefined): number | undefined {
  if (value === undefined) return undefined
  if (value === false) return Number.POSITIVE_INFINITY
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new TypeError(`sticky-uploads: quotas.${option} is ${value}; give a whole number of 1 or more, or false`)
}

/** @throws TypeError naming the option that makes no sense. */
export function createQuotas(
  options: QuotaOptions,
  settings: { name: string | undefined; expiresInSeconds: number; onError: (error: unknown) => void },
): Quotas {
  const maxPerMinute = limit("uploadsPerMinute", options.uploadsPerMinute) ?? 120
  const maxAtOnce = limit("uploadsAtOnce", options.uploadsAtOnce) ?? 1024
  const waitingBytes = limit("waitingBytes", options.waitingBytes)
  const { name = "", expiresInSeconds, onError } = settings
  const counter = (what: string, seconds: number) =>
    createCounter({ prefix: `sticky-uploads:${name}:${what}`, seconds, redis: options.redis, onError })
  const uploads = maxPerMinute === Number.POSITIVE_INFINITY ? undefined : counter("uploads", 60)
  const waiting = waitingBytes === Number.POSITIVE_INFINITY ? undefined : counter("bytes", expiresInSeconds)
  const underWay = new Map<string, number>()
  let atOnce = 0

  /** Takes a place in this process, and returns how to leave it. */
  function takePlace(key: string): () => void {
    const mine = underWay.get(key) ?? 0
    // Or a few that send slowly could hold all places.
    if (mine >= maxAtOnce - atOnce) throw stickyError("server_busy", { retrySeconds: 1 })
    underWay.set(key, mine + 1)
    atOnce += 1
    return () => {
      atOnce -= 1
      // Sound: it has been there since above.
      const left = (underWay.get(key) as number) - 1
      if (left > 0) underWay.set(key, left)
      else underWay.delete(key)
    }
  }

  async function countUpload(key: string): Promise<void> {
    const retrySeconds = await uploads?.take(key, 1, maxPerMinute)
    if (retrySeconds !== undefined) throw stickyError("too_many_uploads", { maxPerMinute, retrySeconds })
  }

  /** Takes what an upload may bring, and returns how much that is. */
  async function reserve(key: string, { bytes, filesBytes, besideBytes, largestBytes }: Load): Promise<number> {
    const most = waitingBytes ?? Math.max(leastBytes, leastFiles * largestBytes, filesBytes)
    // Or a form with nothing but tokens could not be sent by who needs to send it most.
    const mostWithRest = most + besideBytes
    const wanted = Math.min(bytes, filesBytes, mostWithRest + 1)
    // Neither limited nor declared: counted once it is there.
    const reserved = Number.isSafeInteger(wanted) ? wanted : 0
    const retrySeconds = await waiting?.take(key, reserved, mostWithRest)
    if (retrySeconds !== undefined) throw stickyError("too_many_bytes", { maxBytes: most, retrySeconds })
    return reserved
  }

  return {
    async enter(person, load) {
      const key = keyOf(person)
      const leavePlace = takePlace(key)
      const since = nowInSeconds()
      let reserved: number
      try {
        await countUpload(key)
        reserved = await reserve(key, load)
      } catch (error) {
        leavePlace()
        throw error
      }
      let kept = 0
      return {
        person,
        keep(bytes) {
          kept += bytes
        },
        leave() {
          leavePlace()
          const settled =
            kept > reserved
              ? waiting?.take(key, kept - reserved, Number.POSITIVE_INFINITY)
              : waiting?.giveBack(key, reserved - kept, since)
          settled?.catch(onError)
        },
      }
    },
    giveBack(file) {
      waiting?.giveBack(keyOf(file), file.size, file.iat).catch(onError)
    },
  }
}
