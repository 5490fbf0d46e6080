import { afterEach, describe, expect, it, vi } from "vitest"
import { double, gate } from "../../test/support/doubles.js"
import type { Storage } from "../core/storage.js"
import type { TokenClaims } from "../core/token.js"
import { createInspections } from "./inspections.js"
import type { Inspector } from "./inspectors.js"
import { leaseMs, takeLease } from "./lease.js"
import { stagedKey } from "./staging.js"
import { createMemoryStorage } from "./storages/memory.js"
import { writeVerdict } from "./verdict.js"

const claims: TokenClaims = { aud: "a/b", jti: "id", iat: 0, exp: 1, name: "a.png", size: 1, type: "image/png" }
const key = stagedKey(claims)
const virus = { code: "file_refused", details: { name: "a.png", inspector: "test", reason: "a virus" } }
const pending = { code: "token_pending", details: { name: "a.png" } }

async function* oneByte() {
  yield Buffer.from("x")
}

async function staged(): Promise<Storage> {
  const storage = createMemoryStorage()
  await storage.write(key, oneByte())
  return storage
}

async function keysIn(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const entry of storage.list()) keys.push(entry.key)
  return keys.sort()
}

/** One process: it inspects, and is told. */
function createProcess(inspect: Inspector["inspect"], inspectSeconds = 10) {
  const errors: unknown[] = []
  const told: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const inspected = vi.fn(inspect)
  const inspections = createInspections({
    inspectors: [{ name: "test", inspect: inspected }],
    inspectSeconds,
    maxInspectSeconds: 60,
    inspectAtOnce: 10,
    follow: (_activity, work) => work(),
    onError,
    onLateRefusal: (_claims, refusal) => told.push(refusal),
  })
  return { ...inspections, errors, told, inspected }
}

const atOnce = 0.01
const until = (isSo: () => unknown) => vi.waitUntil(isSo, { timeout: 20_000 })

/** A file whose token is pending: its inspector has not answered yet. */
async function pendingFile(storage: Storage, inspectSeconds = 10) {
  const { open: answer, opened } = gate<string | undefined>()
  const process = createProcess(() => opened, inspectSeconds)
  expect(await process.begin(storage, claims, false)).toBe("pending")
  return { process, answer }
}

const isSettled = (storage: Storage) => until(async () => !(await keysIn(storage)).join().includes("claim"))

afterEach(() => void vi.useRealTimers())

describe("createInspections", () => {
  it("passes and refuses in time, and leaves nothing in the storage", async () => {
    const storage = await staged()
    expect(await createProcess(async () => undefined).begin(storage, claims, true)).toBe("passed")
    expect(await createProcess(async () => "a virus").begin(storage, claims, true)).toEqual(virus)
    expect(await keysIn(storage)).toEqual([key])
  })

  it("gives an inspector the bytes as often as it opens them", async () => {
    const read: string[] = []
    const process = createProcess(async (file) => {
      for (const _ of [1, 2]) for await (const chunk of await file.open()) read.push(Buffer.from(chunk).toString())
      return undefined
    })
    await process.begin(await staged(), claims, true)
    expect(read).toEqual(["x", "x"])
  })

  it("is pending when it takes longer than anybody waits, and passes later, in every process", async () => {
    const storage = await staged()
    const { open: answer, opened } = gate<undefined>()
    const process = createProcess(() => opened, atOnce)
    expect(await process.begin(storage, claims, true)).toBe("pending")
    expect(await process.outcomeOf(storage, claims)).toEqual(pending)
    const elsewhere = createProcess(async () => "it was asked")
    const waiting = elsewhere.outcomeOf(storage, claims)
    answer(undefined)
    expect(await waiting).toBeUndefined()
    await isSettled(storage)
    expect(await keysIn(storage)).toEqual([key, `${key}.verdict`])
    expect(elsewhere.inspected).not.toHaveBeenCalled()
    expect(process.inspected).toHaveBeenCalledTimes(1)
  })

  it("removes a file that is refused late, says why from then on, and is told once", async () => {
    const storage = await staged()
    const { process, answer } = await pendingFile(storage)
    const waiting = process.outcomeOf(storage, claims)
    answer("a virus")
    expect(await waiting).toEqual(virus)
    await isSettled(storage)
    expect(await keysIn(storage)).toEqual([`${key}.verdict`])
    expect(await createProcess(async () => undefined).outcomeOf(storage, claims)).toEqual(virus)
    expect(process.told).toEqual([virus])
  })

  it("says nothing and waits for nothing when the file is gone", async () => {
    const process = createProcess(async () => "a virus")
    expect(await process.outcomeOf(createMemoryStorage(), claims)).toBeUndefined()
    expect(process.inspected).not.toHaveBeenCalled()
  })

  it("inspects again at the next submit what could not be inspected", async () => {
    const storage = await staged()
    let isDown = true
    const process = createProcess(async () => {
      if (isDown) throw new Error("down")
      return undefined
    }, atOnce)
    expect(await process.begin(storage, claims, false)).toBe("pending")
    await isSettled(storage)
    expect(await keysIn(storage)).toEqual([key])
    isDown = false
    await until(async () => (await process.outcomeOf(storage, claims)) === undefined)
    expect(process.errors).toEqual([new Error("down")])
  })

  it("inspects once, however many processes are asked at once", async () => {
    const storage = await staged()
    const processes = Array.from({ length: 5 }, () => createProcess(async () => "a virus"))
    const outcomes = await Promise.all(processes.map((each) => each.outcomeOf(storage, claims)))
    expect(outcomes).toEqual(Array.from({ length: 5 }, () => virus))
    expect(processes.flatMap(({ inspected }) => inspected.mock.calls)).toHaveLength(1)
    expect(processes.flatMap(({ told }) => told)).toEqual([virus])
  })

  it("takes up the inspection of a process that died, once its lease is stale", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] })
    const storage = await staged()
    // No renewal any more: as if its process were gone.
    ;(await takeLease(storage, `${key}.inspection`))?.keep()
    const other = createProcess(async () => undefined, atOnce)
    expect(await other.outcomeOf(storage, claims)).toEqual(pending)
    expect(other.inspected).not.toHaveBeenCalled()
    vi.setSystemTime(Date.now() + leaseMs + 1)
    await until(async () => (await other.outcomeOf(storage, claims)) === undefined)
    expect(other.inspected).toHaveBeenCalledTimes(1)
  })

  it("does not inspect what another process concluded while it took the lease", async () => {
    const storage = await staged()
    // A double: the other process is done between two questions of this one.
    const busy = double(storage, {
      async write(to, source) {
        if (to.startsWith(`${key}.inspection`)) await writeVerdict(storage, key, { refusal: undefined })
        return storage.write(to, source)
      },
    })
    const process = createProcess(async () => "a virus")
    expect(await process.outcomeOf(busy, claims)).toBeUndefined()
    await isSettled(storage)
    expect(process.inspected).not.toHaveBeenCalled()
  })

  it("stays pending when the storage cannot take the verdict, and inspects again", async () => {
    const storage = await staged()
    let isFull = true
    const full = double(storage, {
      write: (to, source) =>
        isFull && to.endsWith("verdict") ? Promise.reject(new Error("disk full")) : storage.write(to, source),
    })
    const { process, answer } = await pendingFile(full, atOnce)
    answer("a virus")
    await until(() => process.errors.length > 0)
    expect(await process.outcomeOf(full, claims)).toEqual(pending)
    isFull = false
    await until(async () => (await process.outcomeOf(full, claims))?.code === "file_refused")
    await isSettled(storage)
    expect(await keysIn(storage)).toEqual([`${key}.verdict`])
    expect(process.told).toEqual([virus])
  })

  it("refuses a file that cannot be removed all the same", async () => {
    const storage = await staged()
    const stuck = double(storage, {
      remove: (one) => (one === key ? Promise.reject(new Error("read-only")) : storage.remove(one)),
    })
    const { process, answer } = await pendingFile(stuck)
    answer("a virus")
    expect(await process.outcomeOf(stuck, claims)).toEqual(virus)
    await isSettled(storage)
    expect(process.errors).toEqual([new Error("read-only")])
    expect(process.told).toEqual([virus])
  })

  it("gives no token where no other process could be told that the file is pending", async () => {
    const storage = double(await staged(), { write: () => Promise.reject(new Error("disk full")) })
    const process = createProcess(() => new Promise(() => {}))
    await expect(process.begin(storage, claims, false)).rejects.toThrow("disk full")
  })

  it("stops inspecting a file that was dropped, and says nothing of it", async () => {
    const storage = await staged()
    const { process } = await pendingFile(storage)
    await storage.remove(key)
    process.drop(claims)
    await isSettled(storage)
    expect(process.inspected.mock.calls[0]?.[1].aborted).toBe(true)
    expect(await keysIn(storage)).toEqual([])
    expect([...process.errors, ...process.told]).toEqual([])
  })

  it("is silent about a file that another process discarded while it was inspected", async () => {
    const storage = await staged()
    const { process, answer } = await pendingFile(storage)
    await storage.remove(key)
    answer("a virus")
    await isSettled(storage)
    expect(await keysIn(storage)).toEqual([])
    expect([...process.errors, ...process.told]).toEqual([])
  })
})
