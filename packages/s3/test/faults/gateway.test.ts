import { setTimeout as after } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { chunksOf, MiB } from "../support/bytes.js"
import { large, useRadosgw } from "./support/faulty.js"

const { gateway, faulty } = useRadosgw()
const failed = { code: "storage_failed" }

describe("createS3Storage whose store goes away", () => {
  it("fails while the store is down, leaves what removeUnfinished takes, and works when it is back", async () => {
    const { storage, left, worksAgain } = await faulty()
    const source = (async function* () {
      // A part is on its way, and the next one is gathered.
      yield* chunksOf(large)
      await gateway().kill()
      yield* chunksOf(large)
    })()
    await expect(storage.write("a", source)).rejects.toMatchObject(failed)
    await expect(storage.write("b", chunksOf(large))).rejects.toMatchObject(failed)
    await expect(storage.stat("a")).rejects.toMatchObject(failed)
    await expect(storage.removeUnfinished?.(Date.now())).rejects.toMatchObject(failed)
    await gateway().start()
    expect(await left()).toEqual({ files: 0, unfinished: 1 })
    expect(await storage.removeUnfinished?.(Date.now() + 60_000)).toBe(1)
    expect(await left()).toEqual({ files: 0, unfinished: 0 })
    await worksAgain("a")
  })

  it("fails in time when the store stands still, and works when it goes on", async () => {
    const { storage, patient, proxy, left, worksAgain } = await faulty(2)
    const source = (async function* () {
      yield* chunksOf(large)
      while (proxy.sentBytes < 5 * MiB) await after(5)
      gateway().halt()
    })()
    const began = performance.now()
    await expect(storage.write("a", source)).rejects.toMatchObject(failed)
    expect(performance.now() - began).toBeLessThan(20_000)
    gateway().goOn()
    await patient.removeUnfinished?.(Date.now() + 60_000)
    expect(await left()).toEqual({ files: 0, unfinished: 0 })
    await worksAgain("a")
  })
})
