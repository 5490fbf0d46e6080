import { setTimeout as after } from "node:timers/promises"
import type { Faults } from "@sticky-uploads/services"
import { describe, expect, it } from "vitest"
import { breakingAfter, bytesOf, chunksOf, MiB } from "../support/bytes.js"
import { large, useRadosgw } from "./support/faulty.js"

const { faulty } = useRadosgw()

const begin = /^POST \S+\?uploads/
const part = /^PUT \S+partNumber=2/
const completion = /^POST \S+uploadId=/
const copying = /^PUT \S+x-id=CopyObject/
const copyingPart = /^PUT \S+partNumber=2\S+x-id=UploadPartCopy/
const putting = /^PUT \S+x-id=PutObject/
const failed = { code: "storage_failed" }
const small = Buffer.from("a small file")

/** Nobody waits long for what never comes. */
const secondsFor = ({ isBlackHole }: Faults) => (isBlackHole ? 2 : undefined)

/** The promise's own time, which a test holds against what it may take. */
async function secondsOf(work: Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work
  return (performance.now() - began) / 1000
}

describe("createS3Storage on a faulty line", () => {
  const broken: [string, Faults, Uint8Array][] = [
    ["a reset in the middle of a part", { only: part, resetAfterBytes: 300_000 }, large],
    ["a part that is never answered", { only: part, isBlackHole: true }, large],
    ["parts that are answered 503", { only: /partNumber/, status: 503 }, large],
    ["a begin that is answered 503", { only: begin, status: 503 }, large],
    ["a begin that is never answered", { only: begin, isBlackHole: true }, large],
    ["a begin whose answers get lost", { only: begin, resetAnswerAfterBytes: 0 }, large],
    ["a completion that is answered 503", { only: completion, status: 503 }, large],
    ["a completion that is reset", { only: completion, resetAfterBytes: 100 }, large],
    ["a completion that is never answered", { only: completion, isBlackHole: true }, large],
    ["a small file that is reset", { only: putting, resetAfterBytes: 600 }, small],
    ["a small file that is never answered", { isBlackHole: true }, small],
  ]
  it.concurrent.each(broken)("fails with storage_failed in time, and leaves nothing: %s", async (_, faults, bytes) => {
    const { storage, proxy, left, worksAgain } = await faulty(secondsFor(faults))
    proxy.set(faults)
    const writing = expect(storage.write("a", chunksOf(bytes))).rejects.toMatchObject(failed)
    // Of what is never answered: two seconds for each request, and one more for the mebibyte that it carries.
    expect(await secondsOf(writing)).toBeLessThan(20)
    expect(await left()).toEqual({ files: 0, unfinished: 0 })
    await worksAgain("a")
  })

  const cutOff: [string, Faults][] = [
    ["reset", { resetAfterBytes: 100 }],
    ["never answered", { isBlackHole: true }],
    ["answered 503", { status: 503 }],
  ]
  it.concurrent.each(cutOff)(
    "leaves an upload for removeUnfinished when all that follows its first part is %s",
    async (_, faults) => {
      const { storage, patient, proxy, left, worksAgain } = await faulty(secondsFor(faults))
      proxy.set({ ...faults, only: /^(?!POST \S+\?uploads|PUT \S+partNumber=1)/ })
      await expect(storage.write("a", chunksOf(large))).rejects.toMatchObject(failed)
      expect(await left()).toEqual({ files: 0, unfinished: 1 })
      proxy.set()
      expect(await patient.removeUnfinished?.(Date.now() + 60_000)).toBe(1)
      expect(await left()).toEqual({ files: 0, unfinished: 0 })
      await worksAgain("a")
    },
  )

  const lost: [string, Faults, Uint8Array][] = [
    ["of a small file", { only: putting, resetAnswerAfterBytes: 0 }, small],
    ["of a completion", { only: completion, resetAnswerAfterBytes: 0 }, large],
  ]
  it.concurrent.each(lost)("succeeds when the store did it, and its answers got lost: %s", async (_, faults, bytes) => {
    const { storage, proxy, left } = await faulty()
    proxy.set(faults)
    expect(await storage.write("a", chunksOf(bytes))).toEqual({ size: bytes.length })
    expect(await left()).toEqual({ files: 1, unfinished: 0 })
    proxy.set()
    expect(Buffer.from(bytes).equals(await bytesOf(await storage.open("a")))).toBe(true)
  })

  it.concurrent("pulls no more of a source than a slow store has room for", async () => {
    const { storage, proxy, left } = await faulty()
    proxy.set({ bytesPerSecond: 8 * MiB })
    const size = 40 * MiB
    let [pulled, most] = [0, 0]
    const source = (async function* () {
      const chunk = Buffer.alloc(MiB)
      for (; pulled < size; pulled += chunk.length) {
        most = Math.max(most, pulled - proxy.sentBytes)
        yield chunk
      }
    })()
    expect(await storage.write("a", source)).toEqual({ size })
    // Four parts under way, one that is gathered, and the chunk that did not fit.
    expect(most).toBeLessThanOrEqual(26 * MiB)
    expect(await left()).toEqual({ files: 1, unfinished: 0 })
  })

  it.concurrent("stops pulling a source once the store failed", async () => {
    const { storage, proxy } = await faulty()
    proxy.set({ only: /partNumber/, status: 503 })
    let pulled = 0
    const source = (async function* () {
      for (; ; pulled += MiB) yield Buffer.alloc(MiB)
    })()
    await expect(storage.write("a", source)).rejects.toMatchObject(failed)
    expect(pulled).toBeLessThanOrEqual(27 * MiB)
  })

  it.concurrent("passes on the error of a source that breaks while parts are on a slow line", async () => {
    const { storage, proxy, left, worksAgain } = await faulty()
    proxy.set({ bytesPerSecond: 8 * MiB })
    const error = new Error("the source broke")
    await expect(storage.write("a", breakingAfter(11 * MiB, error))).rejects.toBe(error)
    expect(await left()).toEqual({ files: 0, unfinished: 0 })
    await worksAgain("a")
  })

  const uncopied: [string, Faults, Uint8Array][] = [
    ["reset", { only: copying, resetAfterBytes: 100 }, small],
    ["never answered", { only: copying, isBlackHole: true }, small],
    ["answered 503", { only: copying, status: 503 }, small],
    ["reset in a part", { only: copyingPart, resetAfterBytes: 100 }, large],
    ["never answered in a part", { only: copyingPart, isBlackHole: true }, large],
    ["answered 503 at its completion", { only: completion, status: 503 }, large],
  ]
  it.concurrent.each(uncopied)(
    "copies nothing, and keeps the source, when the copy is %s",
    async (_, faults, bytes) => {
      const { storage, patient, proxy, left } = await faulty(secondsFor(faults))
      await patient.write("a", chunksOf(bytes))
      proxy.set(faults)
      await expect(storage.copyFrom?.(storage, "a", "b")).rejects.toMatchObject(failed)
      expect(await left()).toEqual({ files: 1, unfinished: 0 })
      proxy.set()
      expect(await patient.copyFrom?.(patient, "a", "b")).toBe(true)
      expect(Buffer.from(bytes).equals(await bytesOf(await patient.open("b")))).toBe(true)
    },
  )

  it.concurrent("copies once when the answers of the copy got lost", async () => {
    const { storage, proxy, left } = await faulty()
    await storage.write("a", chunksOf(small))
    proxy.set({ only: copying, resetAnswerAfterBytes: 0 })
    expect(await storage.copyFrom?.(storage, "a", "b")).toBe(true)
    expect(await left()).toEqual({ files: 2, unfinished: 0 })
  })

  it.concurrent("fails to read what is cut off, and never calls it the end of the file", async () => {
    const { storage, patient, proxy } = await faulty(2)
    await patient.write("a", chunksOf(large))
    proxy.set({ resetAnswerAfterBytes: MiB })
    await expect(storage.open("a").then(bytesOf)).rejects.toMatchObject(failed)
    proxy.set()
    const reading = (await storage.open("a"))[Symbol.asyncIterator]()
    await reading.next()
    proxy.set({ latencyMs: 60_000 })
    const rest = (async () => {
      while (!(await reading.next()).done) await after(1)
    })()
    expect(await secondsOf(expect(rest).rejects.toMatchObject(failed))).toBeLessThan(10)
  })

  it.concurrent("says of every act that the store cannot be reached, and does it once it can", async () => {
    const { storage, proxy } = await faulty()
    await storage.write("a", chunksOf(small))
    proxy.set({ status: 503 })
    await expect(storage.stat("a")).rejects.toMatchObject(failed)
    await expect(storage.remove("a")).rejects.toMatchObject(failed)
    await expect(storage.open("a")).rejects.toMatchObject(failed)
    await expect(storage.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject(failed)
    await expect(storage.removeUnfinished?.(Date.now())).rejects.toMatchObject(failed)
    proxy.set()
    expect(await storage.stat("a")).toMatchObject({ size: small.length })
    await storage.remove("a")
    expect(await storage.stat("a")).toBe(undefined)
  })
})
