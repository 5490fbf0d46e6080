import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RLWrapperTimeouts } from "rate-limiter-flexible"
import { createOutage } from "./outage.js"

/** Counts what each key has taken since its window began: in this process, or for all of them in Redis. */
export interface Counter {
  /**
   * Takes so many, unless the key would then have more than `most`.
   * @returns `undefined`, or in how many seconds the window ends.
   */
  take(key: string, count: number, most: number): Promise<number | undefined>
  /** @param takenAt seconds since the epoch; a window that began later does not have them. */
  giveBack(key: string, count: number, takenAt: number): Promise<void>
}

interface CounterOptions {
  prefix: string
  /** How long a window is; it begins with the first that is taken. */
  seconds: number
  /** An ioredis or node-redis client. While it cannot be asked, this process counts for itself. */
  redis: object | undefined
  /** Is told when Redis cannot be asked any more. */
  onError: (error: unknown) => void
}

// What a timer holds; Redis would take more.
const longestSeconds = 2_147_483
// A client may wait for an answer for ever, and an upload with it.
const redisMs = 2000

/** @throws TypeError when `redis` is no client. */
export function createCounter({ prefix, seconds, redis, onError }: CounterOptions): Counter {
  const duration = Math.min(Math.ceil(seconds), longestSeconds)
  // What is too much is for the caller to say, call by call.
  const window = { keyPrefix: prefix, points: Number.MAX_SAFE_INTEGER, duration }
  const own = new RateLimiterMemory(window)
  const shared = redis && limiterIn(redis, window)
  const inTime = shared && new RLWrapperTimeouts({ limiter: shared, timeoutMs: redisMs })
  const outage = createOutage("sticky-uploads: Redis gave no answer; each process counts for itself", onError)

  async function askOneOf<Answer>(
    limiter: RateLimiterAbstract | undefined,
    question: (limiter: RateLimiterAbstract) => Promise<Answer>,
  ): Promise<Answer> {
    if (!limiter) return question(own)
    try {
      const answer = await question(limiter)
      outage.passed()
      return answer
    } catch (cause) {
      outage.failed(cause)
      return question(own)
    }
  }

  async function lower(limiter: RateLimiterAbstract, key: string, count: number): Promise<void> {
    const { consumedPoints } = await limiter.reward(key, count)
    // Their window has ended this very moment; the next one begins with nothing.
    if (consumedPoints < 0) await limiter.penalty(key, -consumedPoints)
  }

  return {
    take: (key, count, most) =>
      askOneOf(outage.isResting() ? undefined : inTime, async (limiter) => {
        const { consumedPoints, msBeforeNext } = await limiter.penalty(key, count)
        if (consumedPoints <= most) return undefined
        await lower(limiter, key, count)
        return Math.max(1, Math.ceil(msBeforeNext / 1000))
      }),
    // Nobody waits for it, however long Redis takes.
    giveBack: (key, count, takenAt) =>
      askOneOf(shared, async (limiter) => {
        const now = await limiter.get(key)
        // Counted in another window, or elsewhere while Redis was away.
        if (!now || now.consumedPoints < count) return
        if (takenAt < Math.floor((Date.now() + now.msBeforeNext) / 1000) - duration) return
        await lower(limiter, key, count)
      }),
  }
}

function limiterIn(
  redis: object,
  window: { keyPrefix: string; points: number; duration: number },
): RateLimiterAbstract {
  // Of the two only ioredis can be taught commands.
  const useRedisPackage = !("defineCommand" in redis)
  if (useRedisPackage && !("eval" in redis))
    throw new TypeError("sticky-uploads: quotas.redis is no client; give one of ioredis or node-redis")
  return new RateLimiterRedis({ ...window, storeClient: redis, useRedisPackage, rejectIfRedisNotReady: true })
}
