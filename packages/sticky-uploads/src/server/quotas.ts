import type { IncomingMessage } from "node:http"
import { isIPv6 } from "node:net"
import { stickyError } from "../core/messages.js"
import type { TokenClaims } from "../core/token.js"
import { createCounter } from "./counter.js"

/** How much at once. A limit that is `false` is none. "One person" is one subject, or one address where there is none. */
export interface QuotaOptions {
  /** Uploads that one person may begin in a minute; a form without JavaScript counts as one. @default 120 */
  uploadsPerMinute?: number | false
  /**
   * Bytes that one person's files may have together, as long as they are under way or wait to be submitted. Counted for the
   * life of a token from the first file on; those without a subject get nothing back when they submit.
   * @default 1_000_000_000, or ten files of the field's largest size where that is more
   */
  waitingBytes?: number | false
  /** Uploads that this process takes at once. @default 1024 */
  uploadsAtOnce?: number | false
  /**
   * Where all processes count together: an ioredis or node-redis client, one that gives up soon when Redis cannot be
   * reached. Each process then counts for itself for as long.
   * @default each process counts for itself
   */
  redis?: object
}

export interface Quotas {
  /**
   * Lets an upload of so many bytes begin.
   * @param largestBytes of one file where it goes.
   * @throws StickyError `server_busy`, `too_many_uploads`, `too_many_bytes`
   */
  enter(person: string, bytes: number, largestBytes: number): Promise<Pass>
  /** A file of one person no longer waits. */
  giveBack(person: string, bytes: number): void
  /** Nor does the one that a token stands for. */
  used(claims: Pick<TokenClaims, "sub" | "size">): void
}

/** One upload's place. */
export interface Pass {
  readonly person: string
  /** So many of its bytes wait from now on, until `giveBack`. */
  keep(bytes: number): void
  /** The upload is over. */
  leave(): void
}

const leastBytes = 1_000_000_000
const largestFiles = 10

const personOfSubject = (subject: string): string => `subject ${subject}`

/** What counts for one person: the subject, or else the address, of which IPv6 gives everybody 2^64. */
export function personOf(subject: string | undefined, req: IncomingMessage, address?: string): string {
  if (subject !== undefined) return personOfSubject(subject)
  const ip = address ?? req.socket.remoteAddress ?? ""
  return `address ${isIPv6(ip) && !ip.startsWith("::ffff:") ? networkOf(ip) : ip}`
}

/** The first 64 bits of an IPv6 address. */
function networkOf(ip: string): string {
  const [head = "", tail] = ip.split("::")
  const groups = head.split(":").filter(Boolean)
  const rest = (tail ?? "").split(":").filter(Boolean)
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - rest.length }, () => "0")
  return [...groups, ...zeros, ...rest].slice(0, 4).join(":")
}

function limit(option: string, value: number | false | undefined, otherwise: number): number {
  if (value === undefined) return otherwise
  if (value === false) return Number.POSITIVE_INFINITY
  if (Number.isFinite(value) && value >= 1) return value
  throw new TypeError(`sticky-uploads: quotas.${option} is ${value}; give a number of 1 or more, or false`)
}

/** @throws TypeError naming the option that makes no sense. */
export function createQuotas(
  options: QuotaOptions,
  {
    name,
    expiresInSeconds,
    onError,
  }: { name: string | undefined; expiresInSeconds: number; onError: (error: unknown) => void },
): Quotas {
  const maxPerMinute = limit("uploadsPerMinute", options.uploadsPerMinute, 120)
  const maxAtOnce = limit("uploadsAtOnce", options.uploadsAtOnce, 1024)
  const waitingBytes = options.waitingBytes === undefined ? undefined : limit("waitingBytes", options.waitingBytes, 0)
  const prefix = `sticky-uploads:${name ?? ""}`
  const uploads = createCounter(`${prefix}:uploads`, 60, options.redis)
  const waiting = createCounter(`${prefix}:bytes`, expiresInSeconds, options.redis)
  let atOnce = 0

  async function admit(person: string, bytes: number, maxBytes: number): Promise<void> {
    const uploadsAgain = await uploads.take(person, 1, maxPerMinute)
    if (uploadsAgain !== undefined) throw stickyError("too_many_uploads", { maxPerMinute, retrySeconds: uploadsAgain })
    const bytesAgain = await waiting.take(person, bytes, maxBytes)
    if (bytesAgain !== undefined) throw stickyError("too_many_bytes", { maxBytes, retrySeconds: bytesAgain })
  }

  const giveBack = (person: string, bytes: number) => void waiting.giveBack(person, bytes).catch(onError)

  return {
    async enter(person, bytes, largestBytes) {
      if (atOnce >= maxAtOnce) throw stickyError("server_busy", { retrySeconds: 1 })
      atOnce += 1
      try {
        await admit(person, bytes, waitingBytes ?? Math.max(leastBytes, largestFiles * largestBytes))
      } catch (error) {
        atOnce -= 1
        throw error
      }
      let kept = 0
      return {
        person,
        keep(more) {
          kept += more
        },
        leave() {
          atOnce -= 1
          if (kept < bytes) giveBack(person, bytes - kept)
        },
      }
    },
    giveBack,
    used({ sub, size }) {
      if (sub !== undefined) giveBack(personOfSubject(sub), size)
    },
  }
}
