import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { isStickyError, type ListOptions, type Storage } from "../server.js"

/** One sentence of a contract, and the check that holds it. Run it under any runner: `it(name, run)`. */
export interface ContractCase {
  name: string
  /** Rejects with an AssertionError when the sentence does not hold. */
  run: () => Promise<void>
}

async function* chunked(bytes: Uint8Array, size = 50_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys.sort()
}

const refusedAs = (code: string) => (error: unknown) => isStickyError(error) && error.code === code

// What must never reach a file system or a bucket: paths, hidden names, empty and overlong ones.
const badKeys = ["", ".", "..", "../up", "a/b", "a\\b", ".hidden", "a\0b", "ü", "a b", "k".repeat(201)]

/**
 * Every sentence of the `Storage` interface as a case that a storage passes or not. Each case asks for a fresh, empty
 * storage; clean up afterwards as your runner does.
 *
 * @example
 * for (const { name, run } of storageContract(() => createMyStorage())) it(name, run)
 */
export function storageContract(createStorage: () => Storage | Promise<Storage>): ContractCase[] {
  const cases: ContractCase[] = []
  const holds = (name: string, check: (storage: Storage) => Promise<void>) =>
    cases.push({ name, run: async () => check(await createStorage()) })

  holds("gives back exactly the bytes it was given, and their number", async (storage) => {
    const bytes = randomBytes(3_000_001)
    assert.deepEqual(await storage.write("a", chunked(bytes)), { size: bytes.length })
    assert.ok(bytes.equals(await bytesOf(await storage.open("a"))))
  })
  holds("keeps an empty file, and a source of empty chunks", async (storage) => {
    assert.deepEqual(await storage.write("a", chunked(Buffer.alloc(0))), { size: 0 })
    const empties = (async function* () {
      yield new Uint8Array(0)
      yield new Uint8Array([7])
      yield new Uint8Array(0)
    })()
    assert.deepEqual(await storage.write("b", empties), { size: 1 })
    assert.equal((await bytesOf(await storage.open("a"))).length, 0)
    assert.deepEqual([...(await bytesOf(await storage.open("b")))], [7])
  })
  holds("tells size and age of a file, and undefined of none", async (storage) => {
    const before = Date.now()
    await storage.write("a", chunked(Buffer.from("hello")))
    const found = await storage.stat("a")
    assert.equal(found?.key, "a")
    assert.equal(found?.size, 5)
    // Storages round to seconds and have clocks of their own.
    assert.ok(Math.abs((found?.modifiedAt ?? 0) - before) < 60_000)
    assert.equal(await storage.stat("b"), undefined)
  })
  holds("shows a file only when it is whole", async (storage) => {
    let halfway: unknown = "not asked"
    const source = (async function* () {
      yield randomBytes(1_500_000)
      halfway = [await storage.stat("a"), await keysOf(storage)]
      yield randomBytes(1000)
    })()
    await storage.write("a", source)
    assert.deepEqual(halfway, [undefined, []])
    assert.deepEqual(await keysOf(storage), ["a"])
  })
  holds("passes a failing source's own error on and leaves nothing", async (storage) => {
    const broken = new Error("the source broke")
    const source = (async function* () {
      yield randomBytes(1_500_000)
      throw broken
    })()
    await assert.rejects(storage.write("a", source), (error) => error === broken)
    assert.deepEqual(await keysOf(storage), [])
    assert.equal(await storage.stat("a"), undefined)
    assert.equal((await storage.removeUnfinished?.(Number.MAX_SAFE_INTEGER)) ?? 0, 0)
    await storage.write("a", chunked(Buffer.from("again")))
  })
  holds("refuses a key that exists and leaves the file as it is", async (storage) => {
    await storage.write("a", chunked(Buffer.from("first")))
    await assert.rejects(storage.write("a", chunked(Buffer.from("second"))), refusedAs("storage_conflict"))
    assert.equal((await bytesOf(await storage.open("a"))).toString(), "first")
  })
  holds("lets exactly one of many racing writes of a key win", async (storage) => {
    const writes = await Promise.allSettled(
      [..."abcdefgh"].map((letter) => storage.write("race", chunked(Buffer.from(letter)))),
    )
    assert.equal(writes.filter(({ status }) => status === "fulfilled").length, 1)
    for (const write of writes) assert.ok(write.status === "fulfilled" || refusedAs("storage_conflict")(write.reason))
    assert.equal((await storage.stat("race"))?.size, 1)
  })
  holds("opens ranges as they are asked for", async (storage) => {
    await storage.write("a", chunked(Buffer.from("0123456789"), 3))
    const read = async (start: number, end?: number) =>
      (await bytesOf(await storage.open("a", end === undefined ? { start } : { start, end }))).toString()
    assert.deepEqual(
      [await read(3), await read(2, 5), await read(4, 4), await read(8, 99)],
      ["3456789", "234", "", "89"],
    )
  })
  holds("lets go of a file that is not read to its end", async (storage) => {
    await storage.write("a", chunked(randomBytes(2_000_000)))
    for await (const chunk of await storage.open("a")) {
      assert.ok(chunk.length > 0)
      break
    }
    await storage.remove("a")
    assert.equal(await storage.stat("a"), undefined)
  })
  holds("says so when there is no file to open", async (storage) => {
    await assert.rejects(storage.open("a"), refusedAs("storage_missing"))
  })
  holds("removes a file, and does not mind when there is none", async (storage) => {
    await storage.write("a", chunked(Buffer.from("x")))
    await storage.remove("a")
    await storage.remove("a")
    assert.deepEqual(await keysOf(storage), [])
    await assert.rejects(storage.open("a"), refusedAs("storage_missing"))
    await storage.write("a", chunked(Buffer.from("y")))
  })
  holds("lists every file once with its size", async (storage) => {
    for (const key of ["b", "a", "staged.x", "_-9"]) await storage.write(key, chunked(Buffer.from(key)))
    const listed: [string, number][] = []
    for await (const { key, size } of storage.list()) listed.push([key, size])
    assert.deepEqual(
      listed.sort(),
      [
        ["_-9", 3],
        ["a", 1],
        ["b", 1],
        ["staged.x", 8],
      ].sort(),
    )
  })
  holds("tells one of many racing removals that it removed the file, or none of them anything", async (storage) => {
    await storage.write("a", chunked(Buffer.from("x")))
    const told = await Promise.all(Array.from({ length: 8 }, () => storage.remove("a")))
    const tells = told.some((each) => typeof each === "boolean")
    assert.deepEqual(told.filter((each) => each !== false).length, tells ? 1 : 8)
    assert.equal(await storage.remove("a"), tells ? false : undefined)
  })
  holds(
    "lists at least what it is asked for, and leaves out what comes before only where it lists in order",
    async (storage) => {
      const keys = ["staged.b", "a", "z", "staged.a", "staged.c", "staged-x.b"]
      for (const key of keys) await storage.write(key, chunked(Buffer.from(key)))
      const list = async (options?: ListOptions) => {
        const listed: string[] = []
        for await (const { key } of storage.list(options)) listed.push(key)
        return listed
      }
      const asked = await list({ prefix: "staged.", after: "staged.a" })
      for (const key of ["staged.b", "staged.c"]) assert.equal(asked.filter((each) => each === key).length, 1)
      assert.ok((await list({ prefix: "staged." })).includes("staged.a"))
      if (!asked.includes("staged.a")) assert.deepEqual(await list(), [...keys].sort())
    },
  )
  for (const key of badKeys) {
    holds(`refuses the key ${JSON.stringify(key.slice(0, 20))} everywhere`, async (storage) => {
      await assert.rejects(async () => storage.write(key, chunked(Buffer.from("x"))), refusedAs("key_invalid"))
      await assert.rejects(async () => storage.open(key), refusedAs("key_invalid"))
      await assert.rejects(async () => storage.stat(key), refusedAs("key_invalid"))
      await assert.rejects(async () => storage.remove(key), refusedAs("key_invalid"))
      assert.deepEqual(await keysOf(storage), [])
    })
  }
  return cases
}
