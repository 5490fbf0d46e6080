import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import type { Storage, StoredEntry } from "../core/storage.js"
import { createDiskStorage } from "./storages/disk.js"
import { sweepPromoted } from "./sweep-promoted.js"

const day = 86_400

/** A storage with files of so many seconds. */
function storageOf(ages: Record<string, number>): { storage: Storage; left: () => string[] } {
  const directory = mkdtempSync(join(tmpdir(), "sticky-sweep-"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  for (const [name, seconds] of Object.entries(ages)) {
    const path = join(directory, name)
    const then = Date.now() / 1000 - seconds
    writeFileSync(path, "x")
    utimesSync(path, then, then)
  }
  return { storage: createDiskStorage({ directory }), left: () => readdirSync(directory).sort() }
}

describe("sweepPromoted", () => {
  it("removes files of which no row knows, and unfinished ones, once they are a day old", async () => {
    const { storage, left } = storageOf({
      ...{ owned: 2 * day, orphan: 2 * day, young: day - 60 },
      ...{ ".part-old": 2 * day, ".part-young": 60 },
    })
    const swept = await sweepPromoted(storage, { isOwned: async ({ key }) => key === "owned" })
    expect(swept).toMatchObject({
      listedFiles: 3,
      removedFiles: 1,
      removedBytes: 1,
      removedUnfinished: 1,
      stopped: false,
    })
    expect(left()).toEqual([".part-young", "owned", "young"])
  })

  it("takes another age", async () => {
    const { storage, left } = storageOf({ orphan: 700, young: 500 })
    await sweepPromoted(storage, { isOwned: () => false, olderThanSeconds: 600 })
    expect(left()).toEqual(["young"])
  })

  it("removes nothing in a dry run, and tells what it would", async () => {
    const { storage, left } = storageOf({ owned: 2 * day, orphan: 2 * day, ".part-old": 2 * day })
    const isOwned = ({ key }: StoredEntry) => key === "owned"
    expect(await sweepPromoted(storage, { isOwned, dryRun: true })).toMatchObject({ dryRun: true, removedFiles: 1 })
    expect(left()).toEqual([".part-old", "orphan", "owned"])
  })

  it("goes on where it was ended, where the storage lists in order", async () => {
    const { storage, left } = storageOf(Object.fromEntries([..."abcdef"].map((name) => [name, 2 * day])))
    const stop = new AbortController()
    const asked: string[] = []
    const ordered: Storage = {
      ...storage,
      async *list({ after = "" } = {}) {
        for (const key of left().filter((name) => name > after && !name.startsWith("staged."))) {
          if (key === "d") stop.abort()
          const entry = await storage.stat(key)
          if (entry) yield entry
        }
      },
    }
    const isOwned = ({ key }: StoredEntry) => {
      asked.push(key)
      return key !== "b" && key !== "e"
    }
    expect(await sweepPromoted(ordered, { isOwned, signal: stop.signal })).toMatchObject({ stopped: true })
    expect(left()).toEqual(["a", "c", "d", "e", "f", "staged.sweep.after-promoted"])
    expect(await sweepPromoted(ordered, { isOwned, maxSeconds: 60 })).toMatchObject({ stopped: false })
    expect(left()).toEqual(["a", "c", "d", "f"])
    expect(asked).toEqual([..."abcdef"])
  })

  it("leaves staged files that share the storage to their own sweep", async () => {
    const staged = ["staged.abc", "staged.abc.claim-1", "staged-staff.abc"]
    const { storage, left } = storageOf(Object.fromEntries([...staged, "orphan"].map((name) => [name, 2 * day])))
    await sweepPromoted(storage, { isOwned: () => false })
    expect(left()).toEqual(staged.sort())
  })

  it("removes nothing that it was not told to: no answer is no, and a failed one ends the sweep", async () => {
    const { storage, left } = storageOf({ a: 2 * day, b: 2 * day })
    await sweepPromoted(storage, { isOwned: (() => undefined) as never })
    expect(left()).toEqual(["a", "b"])
    const isOwned = () => Promise.reject(new Error("no database"))
    await expect(sweepPromoted(storage, { isOwned })).rejects.toThrow("no database")
    expect(left()).toEqual(["a", "b"])
  })

  it("refuses an age that would take files whose rows are being written", async () => {
    const { storage } = storageOf({})
    for (const olderThanSeconds of [0, -1, Number.NaN]) {
      await expect(sweepPromoted(storage, { isOwned: () => true, olderThanSeconds })).rejects.toThrow(TypeError)
    }
  })
})
