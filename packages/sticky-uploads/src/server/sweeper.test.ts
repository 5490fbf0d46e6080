import { getEventListeners } from "node:events"
import { setImmediate } from "node:timers/promises"
import v8 from "node:v8"
import vm from "node:vm"
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import type { Storage, StoredEntry } from "../core/storage.js"
import { createMemoryStorage } from "./storages/memory.js"
import type { SweepResult } from "./sweep-result.js"
import { createSweeper } from "./sweeper.js"

const mark = "staged."
const hour = 3_600_000
const abc = ["staged.a", "staged.b", "staged.c", "staged.d", "staged.e"]

// So that files grow old, and intervals go by; what waits for nothing else is done in the next turn.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] })
  onTestFinished(() => void vi.useRealTimers())
})
const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate()
}

async function keysIn(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys.sort()
}

/** Puts files of five bytes there that are older than a token lives. */
async function withOld(storage: Storage, keys: string[]): Promise<Storage> {
  async function* five() {
    yield Buffer.from("bytes")
  }
  for (const key of keys) await storage.write(key, five())
  vi.setSystemTime(Date.now() + 26 * hour)
  return storage
}

/** Lists in the order of the keys, as S3 does. */
function createOrderedStorage(): Storage {
  const memory = createMemoryStorage()
  return {
    ...memory,
    async *list({ prefix = "", after = "" } = {}) {
      const entries: StoredEntry[] = []
      for await (const entry of memory.list()) entries.push(entry)
      entries.sort((one, other) => (one.key < other.key ? -1 : 1))
      for (const entry of entries) if (entry.key.startsWith(prefix) && entry.key > after) yield entry
    },
  }
}

/** One that says stop when so many files of a listing were read. */
function stoppingAfter(files: number, storage: Storage) {
  const stop = new AbortController()
  const listed: string[] = []
  const stopping: Storage = {
    ...storage,
    async *list(options) {
      for await (const entry of storage.list(options)) {
        if (listed.length === files) stop.abort()
        listed.push(entry.key)
        yield entry
      }
    },
  }
  return { storage: stopping, signal: stop.signal }
}

function sweeperOf(storages: Storage[], everySeconds: number | false = false) {
  const swept: SweepResult[] = []
  const errors: unknown[] = []
  const sweeper = createSweeper({
    storages: () => storages,
    mark,
    expiresInSeconds: 86_400,
    everySeconds,
    follow: (_activity, work) => work(),
    onSwept: (result) => swept.push(result),
    onError: (error) => errors.push(error),
  })
  onTestFinished(() => sweeper.close())
  return { ...sweeper, swept, errors }
}

describe("sweep", () => {
  it("tells what it did, in all and storage by storage", async () => {
    const one = await withOld(createMemoryStorage(), ["staged.a", "staged.b", "promoted"])
    const other = await withOld({ ...createMemoryStorage({ name: "other" }), removeUnfinished: async () => 3 }, abc)
    const { sweep, swept } = sweeperOf([one, other])
    const result = await sweep()
    const none = { failures: 0, stopped: false, milliseconds: expect.any(Number) }
    expect(result).toEqual({
      ...{ dryRun: false, listedFiles: 8, removedFiles: 7, removedBytes: 35, removedUnfinished: 3, ...none },
      storages: [
        { storage: "memory", listedFiles: 3, removedFiles: 2, removedBytes: 10, removedUnfinished: 0, ...none },
        { storage: "other", listedFiles: 5, removedFiles: 5, removedBytes: 25, removedUnfinished: 3, ...none },
      ],
    })
    expect(swept).toEqual([result])
    expect(await keysIn(one)).toEqual(["promoted"])
  })

  it("tells in a dry run what it would do, does nothing, and no hook is told", async () => {
    const removeUnfinished = vi.fn()
    const storage = await withOld({ ...createOrderedStorage(), removeUnfinished }, abc)
    const { sweep, swept } = sweeperOf([storage])
    expect(await sweep({ dryRun: true })).toMatchObject({ dryRun: true, removedFiles: 5, removedBytes: 25 })
    const ended = stoppingAfter(2, storage)
    expect(await sweeperOf([ended.storage]).sweep({ dryRun: true, signal: ended.signal })).toMatchObject({
      removedFiles: 2,
      stopped: true,
    })
    expect(await keysIn(storage)).toEqual(abc)
    expect(removeUnfinished).not.toHaveBeenCalled()
    expect(swept).toEqual([])
  })

  it("counts a file once, however many sweep at once", async () => {
    const storage = await withOld(createMemoryStorage(), abc)
    const results = await Promise.all(Array.from({ length: 10 }, () => sweeperOf([storage]).sweep()))
    expect(results.reduce((sum, { removedFiles }) => sum + removedFiles, 0)).toBe(5)
  })

  it("goes on with the other storages, and with the other files, where one fails; each failure is counted, one told", async () => {
    const memory = await withOld(createMemoryStorage(), abc)
    const stuck: Storage = {
      ...memory,
      remove: async (key) => (/[abc]$/.test(key) ? Promise.reject(new Error(`${key} is stuck`)) : memory.remove(key)),
      removeUnfinished: () => Promise.reject(new Error("cannot be asked")),
    }
    const unreachable: Storage = { ...memory, list: () => [Promise.reject(new Error("away"))] as never }
    const { sweep, errors } = sweeperOf([unreachable, stuck])
    expect(await sweep()).toMatchObject({ removedFiles: 2, storages: [{ failures: 1 }, { failures: 4 }] })
    expect(errors).toMatchObject([{ message: "away" }, { message: "cannot be asked" }])
  })

  it("leaves the loop free, though a listing waits for nothing", async () => {
    const storage: Storage = {
      ...createMemoryStorage(),
      async *list() {
        for (let at = 0; at < 20_000; at += 1) yield { key: `staged.${at}`, size: 0, modifiedAt: Date.now() }
      },
    }
    let turns = 0
    let isOver = false
    const counting = (async () => {
      for (; !isOver; turns += 1) await setImmediate()
    })()
    const told: number[] = []
    await sweeperOf([storage]).sweep({ onProgress: ({ listedFiles }) => told.push(listedFiles) })
    isOver = true
    await counting
    expect(turns).toBeGreaterThanOrEqual(80)
    expect(told).toEqual(Array.from({ length: 80 }, (_, at) => (at + 1) * 250))
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses to be ended after %s seconds", async (maxSeconds) => {
    await expect(sweeperOf([createMemoryStorage()]).sweep({ maxSeconds })).rejects.toThrow(TypeError)
  })
})

describe("sweep, ended", () => {
  it("is over at once, though the storage stands still", async () => {
    const still: Storage = {
      ...createMemoryStorage(),
      async *list() {
        yield { key: "staged.a", size: 0, modifiedAt: 0 }
        await new Promise(() => undefined)
      },
    }
    const deaf: Storage = { ...createMemoryStorage(), removeUnfinished: () => new Promise(() => undefined) }
    expect(await sweeperOf([still, deaf]).sweep({ maxSeconds: 0.05 })).toMatchObject({
      stopped: true,
      storages: [{ listedFiles: 1 }, { listedFiles: 0 }],
    })
  })

  it("is over in time whatever is collected meanwhile: AbortSignal.any lost its timeout", async () => {
    v8.setFlagsFromString("--expose-gc")
    const collect = vm.runInNewContext("gc") as () => void
    const still: Storage = {
      ...createMemoryStorage(),
      async *list() {
        for (let turn = 0; turn < 3; turn += 1) {
          await setImmediate()
          collect()
        }
        await new Promise(() => undefined)
        yield* []
      },
    }
    const { signal } = new AbortController()
    expect(await sweeperOf([still]).sweep({ signal, maxSeconds: 0.2 })).toMatchObject({ stopped: true })
    expect(getEventListeners(signal, "abort")).toEqual([])
  })

  it("is gone on with by the next that can be ended, in whatever process, where the storage lists in order", async () => {
    const storage = await withOld(createOrderedStorage(), [...abc, "promoted"])
    const first = stoppingAfter(3, storage)
    expect(await sweeperOf([first.storage]).sweep({ signal: first.signal })).toMatchObject({
      ...{ stopped: true, listedFiles: 3, removedFiles: 3, failures: 0 },
    })
    const second = stoppingAfter(1, storage)
    expect(await sweeperOf([second.storage]).sweep({ signal: second.signal })).toMatchObject({
      ...{ stopped: true, listedFiles: 1, removedFiles: 1 },
    })
    // Before the place where they were ended: a turn of the next but one.
    await withOld(storage, ["staged.0"])
    expect(await sweeperOf([storage]).sweep({ maxSeconds: 60 })).toMatchObject({ stopped: false, removedFiles: 1 })
    expect(await keysIn(storage)).toEqual(["promoted", "staged.0"])
    expect(await sweeperOf([storage]).sweep({ maxSeconds: 60 })).toMatchObject({ stopped: false, removedFiles: 1 })
    expect(await keysIn(storage)).toEqual(["promoted"])
  })

  it("stays where it was when it is ended before it has seen anything", async () => {
    const storage = await withOld(createOrderedStorage(), abc)
    const first = stoppingAfter(3, storage)
    await sweeperOf([first.storage]).sweep({ signal: first.signal })
    const kept = await keysIn(storage)
    expect(await sweeperOf([storage]).sweep({ signal: AbortSignal.abort() })).toMatchObject({ stopped: true })
    expect(await keysIn(storage)).toEqual(kept)
  })

  it("begins anew where the storage has no order, and keeps nothing there", async () => {
    const storage = await withOld(createMemoryStorage(), ["staged.c", "staged.a", "staged.b", "staged.d"])
    const first = stoppingAfter(3, storage)
    await sweeperOf([first.storage]).sweep({ signal: first.signal })
    expect(await keysIn(storage)).toEqual(["staged.d"])
  })

  it("keeps no other from looking at all there is, if that has no end", async () => {
    const storage = await withOld(createOrderedStorage(), abc)
    const first = stoppingAfter(3, storage)
    await sweeperOf([first.storage]).sweep({ signal: first.signal })
    await withOld(storage, ["staged.0"])
    expect(await sweeperOf([storage]).sweep()).toMatchObject({ removedFiles: 3 })
  })
})

describe("the regular sweep", () => {
  const seconds = 900
  /** Lets an interval go by. */
  const pass = async () => {
    vi.advanceTimersByTime(seconds * 1000)
    await settled()
  }

  it("is done by one of all processes that share a storage; should that one die, by another in the next interval", async () => {
    const memory = await withOld(createMemoryStorage(), abc)
    let listings = 0
    const storage: Storage = {
      ...memory,
      list(options) {
        listings += 1
        return memory.list(options)
      },
    }
    const sweepers = Array.from({ length: 10 }, () => sweeperOf([storage], seconds))
    const told = () => sweepers.map(({ swept }) => swept.length)
    await pass()
    expect(listings).toBe(1)
    expect(told()).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    sweepers[0]?.close()
    for (let interval = 0; interval < 3; interval += 1) await pass()
    expect(listings).toBe(4)
    expect(told()).toEqual([1, 3, 0, 0, 0, 0, 0, 0, 0, 0])
    const all = sweepers.flatMap(({ swept }) => swept)
    expect(all.map(({ removedFiles }) => removedFiles)).toEqual([5, 0, 0, 0])
    // Of the marks that say who had a turn, the one of this interval is left.
    expect(await keysIn(memory)).toEqual([expect.stringMatching(/^staged\.sweep\.\d+$/)])
  })

  it("is done all the same where nobody can say whose turn it is, as on a full disk", async () => {
    const memory = await withOld(createMemoryStorage(), abc)
    const { swept } = sweeperOf([{ ...memory, write: () => Promise.reject(new Error("full")) }], seconds)
    await pass()
    expect(swept).toMatchObject([{ removedFiles: 5 }])
  })

  it("waits for the one before it, and is ended when the sticky is closed", async () => {
    let listings = 0
    const still: Storage = {
      ...createMemoryStorage(),
      async *list() {
        listings += 1
        await new Promise(() => undefined)
        yield* []
      },
    }
    const { swept, close } = sweeperOf([still], seconds)
    await pass()
    await pass()
    expect([listings, swept]).toEqual([1, []])
    close()
    await settled()
    expect(swept).toMatchObject([{ stopped: true }])
  })
})
