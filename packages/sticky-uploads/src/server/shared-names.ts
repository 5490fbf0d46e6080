import { createHash } from "node:crypto"
import type { StickyToken } from "../core/token.js"
import { createOutage } from "./outage.js"

/** Which file waits under the name of an upload, for all processes. What cannot be asked is as if nobody knew. */
export interface SharedNames {
  /** The token of the file that waits under a name. */
  tokenOf(key: string): Promise<StickyToken | undefined>
  /** An upload of this name runs; what another process keeps under it comes too late from now on. */
  begin(key: string, run: string): Promise<void>
  /** The file of that run waits; resolves to whether no other run has begun since. */
  keep(key: string, run: string, token: StickyToken): Promise<boolean>
}

/** What is asked of a client of ioredis or node-redis. */
interface Scripted {
  eval(script: string, ...given: unknown[]): Promise<unknown>
}

// A client may wait for an answer for ever, and an upload with it.
const redisMs = 2000
const runs = "run "
const setScript = `return redis.call("SET", KEYS[1], ARGV[1], "EX", ARGV[2])`
// A run whose sign expired meanwhile was not overtaken.
const keepScript = `local last = redis.call("GET", KEYS[1])
if last and last ~= ARGV[3] then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "EX", ARGV[2])
return 1`

async function inTime<Answer>(work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${redisMs} ms`)), redisMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/**
 * Keeps names in Redis, hashed, as they name persons and fields.
 * @param seconds how long a name is known.
 */
export function createSharedNames(
  redis: object,
  { prefix, seconds, onError }: { prefix: string; seconds: number; onError: (error: unknown) => void },
): SharedNames {
  const outage = createOutage(
    "sticky-uploads: Redis gave no answer; each process knows only its own uploads again",
    onError,
  )
  // The quotas refuse what is no client; where they count nothing, it fails as one that gives no answer.
  const client = redis as Scripted
  const isOfIoredis = "defineCommand" in redis

  async function ask(script: string, key: string, args: string[]): Promise<unknown> {
    if (outage.isResting()) return undefined
    const name = `${prefix}:${createHash("sha256").update(key).digest("base64url")}`
    try {
      const answer = await inTime(
        isOfIoredis ? client.eval(script, 1, name, ...args) : client.eval(script, { keys: [name], arguments: args }),
      )
      outage.passed()
      return answer
    } catch (cause) {
      outage.failed(cause)
      return undefined
    }
  }

  return {
    async tokenOf(key) {
      const known = await ask(`return redis.call("GET", KEYS[1])`, key, [])
      // Sound: only `keep` writes what does not begin so.
      return typeof known === "string" && !known.startsWith(runs) ? (known as StickyToken) : undefined
    },
    async begin(key, run) {
      await ask(setScript, key, [runs + run, `${seconds}`])
    },
    keep: async (key, run, token) => (await ask(keepScript, key, [token, `${seconds}`, runs + run])) !== 0,
  }
}
