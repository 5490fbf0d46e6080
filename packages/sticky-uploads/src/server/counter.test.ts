import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { type Counter, createCounter } from "./counter.js"

const create = (seconds = 60): Counter =>
  createCounter({ prefix: "test", seconds, redis: undefined, onError: (error) => expect.fail(String(error)) })
const now = () => Math.floor(Date.now() / 1000)

/** How much is still free, found by taking it and giving it back. */
async function freeOf(counter: Counter, most: number): Promise<number> {
  for (let count = most; count > 0; count -= 1) {
    if ((await counter.take("ann", count, most)) !== undefined) continue
    await counter.giveBack("ann", count, now())
    return count
  }
  return 0
}

describe("createCounter", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_400 }))
  afterEach(() => void vi.useRealTimers())

  it("lets a key take up to the most, and then says in how many seconds there is more", async () => {
    const counter = create()
    expect(await counter.take("ann", 3, 3)).toBeUndefined()
    vi.setSystemTime(Date.now() + 19_500)
    expect(await counter.take("ann", 1, 3)).toBe(41)
  })

  it("counts nothing of what it refuses", async () => {
    const counter = create()
    await counter.take("ann", 2, 3)
    expect(await counter.take("ann", 2, 3)).toBe(60)
    expect(await counter.take("ann", 1, 3)).toBeUndefined()
  })

  it("counts each key for itself", async () => {
    const counter = create()
    await counter.take("ann", 3, 3)
    expect(await counter.take("bob", 3, 3)).toBeUndefined()
  })

  it("begins anew once the window is over, also one that is longer than a timer", async () => {
    for (const [seconds, window] of [
      [60, 60],
      [10_000_000, 2_147_483],
    ] as const) {
      const counter = create(seconds)
      await counter.take("ann", 3, 3)
      await vi.advanceTimersByTimeAsync(window * 1000 - 1)
      expect(await counter.take("ann", 1, 3)).toBe(1)
      await vi.advanceTimersByTimeAsync(1)
      expect(await counter.take("ann", 3, 3)).toBeUndefined()
    }
  })

  it("has what was given back", async () => {
    const counter = create()
    await counter.take("ann", 3, 3)
    await counter.giveBack("ann", 2, now())
    expect(await freeOf(counter, 3)).toBe(2)
  })

  it("takes nothing back that was taken in a window before this one", async () => {
    const counter = create()
    await counter.take("ann", 3, 3)
    const before = now()
    await vi.advanceTimersByTimeAsync(60_000)
    await counter.take("ann", 3, 3)
    await counter.giveBack("ann", 3, before)
    expect(await freeOf(counter, 3)).toBe(0)
    await counter.giveBack("ann", 3, now())
    expect(await freeOf(counter, 3)).toBe(3)
  })

  it("takes nothing back where nothing was taken", async () => {
    const counter = create()
    await counter.giveBack("ann", 3, now())
    expect(await freeOf(counter, 3)).toBe(3)
  })

  it("gives nothing away when a window ends in the moment of giving back", async () => {
    const counter = create()
    await counter.take("ann", 3, 3)
    // The window is over, but its timer has not come yet.
    vi.setSystemTime(Date.now() + 60_001)
    await counter.giveBack("ann", 3, now() - 60)
    expect(await freeOf(counter, 3)).toBe(3)
  })

  it("has taken what it admitted less what came back, whatever the order, and never more than the most", async () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(12)), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 20 }), async (all, most) => {
        const counter = create()
        const admitted: number[] = []
        const sum = () => admitted.reduce((total, each) => total + each, 0)
        for (const [takes, count] of all) {
          if (!takes) await counter.giveBack("ann", admitted.pop() ?? 0, now())
          else {
            const fits = sum() + count <= most
            expect((await counter.take("ann", count, most)) === undefined).toBe(fits)
            if (fits) admitted.push(count)
          }
        }
        expect(await freeOf(counter, most)).toBe(most - sum())
      }),
    )
  })

  it("wants a client for Redis that it knows how to ask", () => {
    expect(() => createCounter({ prefix: "test", seconds: 60, redis: {}, onError: () => {} })).toThrow(
      "sticky-uploads: quotas.redis is no client; give one of ioredis or node-redis",
    )
  })
})
