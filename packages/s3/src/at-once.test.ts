import { describe, expect, it } from "vitest"
import { atOnce } from "./at-once.js"

/** Items that say how many of them are being worked on when the next one is pulled. */
function watched(count: number) {
  let underWay = 0
  const seen: number[] = []
  function* items() {
    for (let item = 0; item < count; item += 1) {
      seen.push(underWay)
      yield item
    }
  }
  async function work(item: number) {
    underWay += 1
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    return item * 2
  }
  return { seen, items: items(), work }
}

describe("atOnce", () => {
  it("pulls the next item only when there is room for it", async () => {
    const { seen, items, work } = watched(6)
    expect(await atOnce(() => 3, items, work)).toEqual([0, 2, 4, 6, 8, 10])
    expect(Math.max(...seen)).toBe(2)
  })

  it("works on one after the other once there is room for no more than one", async () => {
    const { seen, items, work } = watched(6)
    await atOnce(() => (seen.length < 3 ? 3 : 1), items, work)
    expect(seen.slice(3)).toEqual([0, 0, 0])
  })

  it("pulls nothing more after a failure, and ends when all work has", async () => {
    const { seen, items, work } = watched(6)
    const broken = new Error("broken")
    const failing = (item: number) => (item === 1 ? Promise.reject(broken) : work(item))
    await expect(atOnce(() => 2, items, failing)).rejects.toBe(broken)
    expect(seen.length).toBeLessThan(4)
  })
})
