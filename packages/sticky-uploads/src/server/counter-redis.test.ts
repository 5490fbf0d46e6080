import { type RedisServer, startRedis } from "@sticky-uploads/services"
import { Redis } from "ioredis"
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest"
import { createCounter } from "./counter.js"

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
  // Redis may have to be installed.
}, 120_000)
afterAll(() => redis?.stop())
afterEach(() => void vi.useRealTimers())

const now = () => Math.floor(Date.now() / 1000)
/** Lets the time pass in which a Redis that gave no answer is left alone. */
const rest = () => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5001 })

/** Not by `once` of Node, which fails at the first try to connect that does. */
const heard = (client: Redis, event: "ready" | "close") => new Promise((resolve) => client.once(event, resolve))

/** A counter on a client of its own. */
async function open(prefix: string) {
  const errors: unknown[] = []
  const client = new Redis({ path: redis.path, retryStrategy: () => 20 })
  // What ioredis has to say of a Redis that is gone belongs to the app.
  client.on("error", () => undefined)
  onTestFinished(() => client.disconnect())
  await heard(client, "ready")
  const counter = createCounter({ prefix, seconds: 60, redis: client, onError: (error) => errors.push(error) })
  return { ...counter, client, errors }
}
const told = { message: "sticky-uploads: Redis gave no answer; each process counts for itself" }

describe("createCounter with Redis", () => {
  it("counts for all what is taken and given back, and nothing that it refuses", async () => {
    const [here, there] = [await open("shared"), await open("shared")]
    expect(await here.take("ann", 2, 3)).toBeUndefined()
    expect(await there.take("ann", 2, 3)).toBe(60)
    await there.giveBack("ann", 2, now())
    expect(await here.client.get("shared:ann")).toBe("0")
    expect(await here.take("ann", 3, 3)).toBeUndefined()
    // More than there is, and from a window before this one.
    await there.giveBack("ann", 4, now())
    await there.giveBack("ann", 3, now() - 120)
    await there.giveBack("bob", 3, now())
    expect(await there.client.get("shared:ann")).toBe("3")
    expect(await there.client.exists("shared:bob")).toBe(0)
  })

  it("lets exactly as many through as there are, of many at the same moment", async () => {
    const counters = [await open("many"), await open("many")]
    const asked = Array.from({ length: 50 }, (_, at) => counters[at % 2]?.take("ann", 1, 7))
    expect((await Promise.all(asked)).filter((seconds) => seconds === undefined)).toHaveLength(7)
    expect(await counters[0]?.client.get("many:ann")).toBe("7")
  })

  it("counts in this process while Redis is gone, tells so once, and goes back to it", async () => {
    const [counter, other] = [await open("gone"), await open("gone")]
    for (let outage = 1; outage <= 2; outage += 1) {
      const gone = heard(counter.client, "close")
      await redis.kill()
      await gone
      expect(await counter.take(`ann ${outage}`, 3, 3)).toBeUndefined()
      expect(await counter.take(`ann ${outage}`, 1, 3)).toBe(60)
      await counter.giveBack(`ann ${outage}`, 1, now())
      expect(await counter.take(`ann ${outage}`, 1, 3)).toBeUndefined()
      expect(counter.errors).toMatchObject(Array.from({ length: outage }, () => told))
      const back = [heard(counter.client, "ready"), heard(other.client, "ready")]
      await redis.start()
      await Promise.all(back)
      rest()
      expect(await other.take("bob", 3, 3)).toBeUndefined()
      expect(await counter.take("bob", 1, 3)).toBe(60)
    }
  })

  it("waits two seconds for a Redis that takes commands and answers none, and then leaves it alone for five", async () => {
    const counter = await open("halted")
    onTestFinished(redis.goOn)
    redis.halt()
    const began = performance.now()
    expect(await counter.take("ann", 2, 3)).toBeUndefined()
    const gaveUp = performance.now()
    expect(gaveUp - began).toBeGreaterThan(1900)
    expect(await counter.take("ann", 2, 3)).toBe(60)
    expect(performance.now() - gaveUp).toBeLessThan(1900)
    expect(counter.errors).toMatchObject([told])
    // Nobody waits for this one: it is done once Redis answers, with what Redis took meanwhile.
    const givenBack = counter.giveBack("ann", 2, now())
    redis.goOn()
    await givenBack
    expect(await counter.client.get("halted:ann")).toBe("0")
    rest()
    expect(await counter.take("ann", 3, 3)).toBeUndefined()
    expect(await counter.client.get("halted:ann")).toBe("3")
    expect(counter.errors).toHaveLength(1)
  })
})
