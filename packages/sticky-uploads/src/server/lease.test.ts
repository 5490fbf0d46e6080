import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { Storage } from "../core/storage.js"
import { leaseMs, markerOf, takeLease } from "./lease.js"
import { createMemoryStorage } from "./storages/memory.js"

const marks = async (storage: Storage) => {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys.sort()
}

describe("takeLease", () => {
  let storage: Storage
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] })
    storage = createMemoryStorage()
  })
  afterEach(() => void vi.useRealTimers())

  it("gives the lease to one, and to the next only once it was released", async () => {
    const first = await takeLease(storage, "file")
    expect(await takeLease(storage, "file")).toBeUndefined()
    await first?.release()
    expect(await marks(storage)).toEqual([])
    expect(await takeLease(storage, "file")).toBeDefined()
  })

  it("gives it to exactly one of many who ask at once", async () => {
    const taken = await Promise.all(Array.from({ length: 20 }, () => takeLease(storage, "file")))
    expect(taken.filter(Boolean)).toHaveLength(1)
  })

  it("leaves its marker when it is kept, as the sign that the file was used", async () => {
    const lease = await takeLease(storage, "file")
    lease?.keep()
    expect(await marks(storage)).toEqual([markerOf("file", 1)])
  })

  it("holds a file for ever while its process lives, by renewing", async () => {
    const lease = await takeLease(storage, "file")
    await vi.advanceTimersByTimeAsync(leaseMs * 5)
    expect(await takeLease(storage, "file")).toBeUndefined()
    await lease?.release()
    expect(await marks(storage)).toEqual([])
  })

  it("passes to exactly one other when the process that held it died", async () => {
    const dead = await takeLease(storage, "file")
    dead?.keep() // no renewal any more: as if its process were gone
    vi.setSystemTime(Date.now() + leaseMs + 1)
    const taken = await Promise.all(Array.from({ length: 20 }, () => takeLease(storage, "file")))
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await marks(storage)).toEqual([markerOf("file", 1), markerOf("file", 2)])
  })

  it("is not taken over because the storage's clock is behind: two would then have it", async () => {
    // A double: the clock of another machine.
    const behindMs = leaseMs * 2
    const behind: Storage = {
      ...storage,
      async stat(key) {
        const found = await storage.stat(key)
        return found && { ...found, modifiedAt: found.modifiedAt - behindMs }
      },
    }
    const dead = await takeLease(behind, "file")
    expect(await takeLease(behind, "file")).toBeUndefined()
    expect(await marks(storage)).toEqual([markerOf("file", 1)])
    dead?.keep()
    vi.setSystemTime(Date.now() + leaseMs + 1)
    expect(await takeLease(behind, "file")).toBeDefined()
  })

  it("is given to nobody any more once it was sealed, however long ago", async () => {
    const lease = await takeLease(storage, "file")
    await lease?.seal()
    vi.setSystemTime(Date.now() + leaseMs * 100)
    expect(await takeLease(storage, "file")).toBeUndefined()
  })

  it("is not given to a second taker while a released one is still being cleaned up", async () => {
    const lease = await takeLease(storage, "file")
    await vi.advanceTimersByTimeAsync(leaseMs)
    const order: string[] = []
    const remove = storage.remove.bind(storage)
    storage.remove = async (key) => {
      order.push(key)
      await remove(key)
    }
    await lease?.release()
    expect(order).toEqual([...order].sort())
    expect(order[0]).toBe(markerOf("file", 1))
  })

  it("says so when the storage fails, and takes nothing", async () => {
    // A double: a storage cannot be made to fail on demand.
    const broken: Storage = { ...storage, write: async () => Promise.reject(new Error("broken")) }
    await expect(takeLease(broken, "file")).rejects.toThrow("broken")
  })
})
