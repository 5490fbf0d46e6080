import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible"

/** Counts what each key has taken since its window began, in this process or for all of them in Redis. */
export interface Counter {
  /**
   * Takes so many, unless the key would then have more than `most`.
   * @returns `undefined`, or in how many seconds the window ends.
   */
  take(key: string, count: number, most: number): Promise<number | undefined>
  giveBack(key: string, count: number): Promise<void>
}

// What a timer holds; Redis would take more.
const longestSeconds = 2_147_483

/**
 * @param redis an ioredis or node-redis client. While it cannot be asked, this process counts for itself.
 * @param seconds how long a window is; it begins with the first that is taken.
 */
export function createCounter(prefix: string, seconds: number, redis: object | undefined): Counter {
  const window = {
    keyPrefix: prefix,
    // What is too much is for the caller to say, call by call.
    points: Number.MAX_SAFE_INTEGER,
    duration: Math.min(Math.ceil(seconds), longestSeconds),
  }
  const own = new RateLimiterMemory(window)
  const limiter: RateLimiterAbstract = redis
    ? new RateLimiterRedis({
        ...window,
        storeClient: redis,
        // Of the two only ioredis can be taught commands.
        useRedisPackage: !("defineCommand" in redis),
        rejectIfRedisNotReady: true,
        insuranceLimiter: own,
      })
    : own

  return {
    async take(key, count, most) {
      const { consumedPoints, msBeforeNext } = await limiter.consume(key, count)
      if (consumedPoints <= most) return undefined
      await limiter.reward(key, count)
      return Math.max(1, Math.ceil(msBeforeNext / 1000))
    },
    async giveBack(key, count) {
      const now = await limiter.get(key)
      // A window that ended meanwhile took them with it.
      if (now && now.consumedPoints >= count) await limiter.reward(key, count)
    },
  }
}
