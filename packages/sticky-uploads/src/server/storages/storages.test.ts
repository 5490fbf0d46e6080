import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it, onTestFinished } from "vitest"
import type { Storage } from "../../core/storage.js"
import { storageContract } from "../../testing.js"
import { createDiskStorage, diskStorage } from "./disk.js"
import { type Files, systemFiles } from "./files.js"
import { gatherInto } from "./gather.js"
import { createMemoryStorage } from "./memory.js"
import { createTempStorage } from "./temp.js"

const root = mkdtempSync(join(tmpdir(), "sticky-storages-"))
afterAll(() => rmSync(root, { recursive: true }))
const freshDirectory = () => join(mkdtempSync(join(root, "d-")), "deep")

async function* bytes(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

const kinds: Record<string, () => Storage> = {
  createMemoryStorage: () => createMemoryStorage(),
  createDiskStorage: () => createDiskStorage({ directory: freshDirectory() }),
  createTempStorage: () => createTempStorage({ directory: freshDirectory() }),
}

for (const [name, create] of Object.entries(kinds)) {
  describe(name, () => {
    for (const each of storageContract(create)) it(each.name, each.run)
  })
}

describe("storageContract", () => {
  it("fails a storage that shows files before they are whole, overwrites, or takes any key", async () => {
    const files = new Map<string, Buffer>()
    const careless: Storage = {
      ...createMemoryStorage(),
      async write(key, source) {
        files.set(key, Buffer.alloc(0))
        for await (const chunk of source) files.set(key, Buffer.concat([files.get(key) as Buffer, chunk]))
        return { size: (files.get(key) as Buffer).length }
      },
      async stat(key) {
        const found = files.get(key)
        return found && { key, size: found.length, modifiedAt: Date.now() }
      },
    }
    const results = await Promise.allSettled(storageContract(() => careless).map(({ run }) => run()))
    expect(results.filter(({ status }) => status === "rejected").length).toBeGreaterThan(10)
  })
})

describe("createDiskStorage", () => {
  it("keeps files readable by their owner alone, in a directory of the same kind", async () => {
    const directory = freshDirectory()
    await createDiskStorage({ directory }).write("a", bytes("x"))
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, "a")).mode & 0o777).toBe(0o600)
  })

  it("takes other permissions when it is told to", async () => {
    const directory = freshDirectory()
    await createDiskStorage({ directory, fileMode: 0o640, directoryMode: 0o750 }).write("a", bytes("x"))
    expect(statSync(directory).mode & 0o777).toBe(0o750)
    expect(statSync(join(directory, "a")).mode & 0o777).toBe(0o640)
  })

  it("copies from another disk storage without reading it, and not from others", async () => {
    const [one, two] = [
      createDiskStorage({ directory: freshDirectory() }),
      createDiskStorage({ directory: freshDirectory() }),
    ]
    await one.write("a", bytes("content"))
    expect(await two.copyFrom?.(one, "a", "b")).toBe(true)
    expect((await two.stat("b"))?.size).toBe(7)
    expect(await two.copyFrom?.(createMemoryStorage(), "a", "c")).toBe(false)
    await expect(two.copyFrom?.(one, "gone", "c")).rejects.toMatchObject({ code: "storage_missing" })
    await expect(two.copyFrom?.(one, "a", "b")).rejects.toMatchObject({ code: "storage_conflict" })
  })

  it("gives a copy the permissions of its own storage: it kept those of the staged file", async () => {
    const directory = freshDirectory()
    const staged = createTempStorage({ directory: freshDirectory() })
    await staged.write("a", bytes("content"))
    await createDiskStorage({ directory, fileMode: 0o640 }).copyFrom?.(staged, "a", "b")
    expect(statSync(join(directory, "b")).mode & 0o777).toBe(0o640)
  })

  it("does not follow a link that someone put at a key", async () => {
    const directory = freshDirectory()
    const storage = createDiskStorage({ directory })
    await storage.write("a", bytes("x"))
    writeFileSync(join(root, "secret"), "secret")
    symlinkSync(join(root, "secret"), join(directory, "link"))
    await expect(storage.open("link")).rejects.toMatchObject({ code: "storage_failed" })
  })

  it("removes what crashed writes left once it is old enough, and nothing else", async () => {
    const directory = freshDirectory()
    const storage = createDiskStorage({ directory })
    await storage.write("a", bytes("x"))
    writeFileSync(join(directory, ".part-crashed"), "half")
    expect(await storage.removeUnfinished?.(Date.now() - 60_000)).toBe(0)
    expect(await storage.removeUnfinished?.(Date.now() + 60_000)).toBe(1)
    expect(readdirSync(directory)).toEqual(["a"])
  })

  it("makes its directory again when it was removed while running", async () => {
    const directory = freshDirectory()
    const storage = createDiskStorage({ directory })
    await storage.write("a", bytes("x"))
    rmSync(directory, { recursive: true })
    await storage.write("b", bytes("y"))
    expect(readdirSync(directory)).toEqual(["b"])
  })

  it("says that it failed when its directory cannot be made, without reading the source", async () => {
    writeFileSync(join(root, "a-file"), "")
    let read = false
    const source = (async function* () {
      read = true
      yield Buffer.from("x")
    })()
    const storage = createDiskStorage({ directory: join(root, "a-file", "below") })
    await expect(storage.write("a", source)).rejects.toMatchObject({ code: "storage_failed", status: 503 })
    expect(read).toBe(false)
  })

  it("fails and leaves nothing when the disk is full", async () => {
    // /dev/full takes no byte: the one real full disk that needs no mount. It stands in for the part file here.
    const { open } = await import("node:fs/promises")
    const full = await open("/dev/full", "w")
    const write = (chunks: Uint8Array[]) => full.writev(chunks)
    await expect(gatherInto(write, bytes("x", "y"))).rejects.toMatchObject({ code: "ENOSPC" })
    await full.close()
  })

  it("refuses to be made without a directory", () => {
    expect(() => createDiskStorage({ directory: "" })).toThrow(TypeError)
  })
})

describe("durable", () => {
  /** The system's own calls, which tell what they did in this order, and which a test may let fail. */
  function watched(fail: Partial<Record<keyof Files, string>> = {}) {
    const calls: string[] = []
    const files = Object.fromEntries(
      Object.entries(systemFiles).map(([name, call]) => [
        name,
        async (...args: unknown[]) => {
          calls.push(name)
          const code = fail[name as keyof Files]
          if (code) throw Object.assign(new Error(`${name} failed`), { code })
          return (call as (...args: unknown[]) => Promise<unknown>)(...args)
        },
      ]),
    ) as Files
    return { calls, files }
  }
  const syncsOf = (calls: readonly string[]) => calls.filter((name) => name.startsWith("sync"))

  it("brings a file's bytes to the disk before it has its key, and its key before the write is told", async () => {
    const { calls, files } = watched()
    const directory = freshDirectory()
    mkdirSync(directory, { recursive: true })
    await diskStorage({ directory, durable: true }, { files }).write("a", bytes("x", "y"))
    expect(calls).toEqual([
      ...["open", "writev", "syncBytes", "close", "link", "unlink"],
      ...["open", "syncEntries", "close"],
    ])
  })

  it("does the same for a copy and for a removal", async () => {
    const { calls, files } = watched()
    const staged = createTempStorage({ directory: freshDirectory() })
    await staged.write("a", bytes("x"))
    const storage = diskStorage({ directory: freshDirectory(), durable: true }, { files })
    await storage.copyFrom?.(staged, "a", "b")
    expect(calls.indexOf("syncBytes")).toBeLessThan(calls.indexOf("link"))
    expect(calls.lastIndexOf("syncEntries")).toBeGreaterThan(calls.indexOf("link"))
    calls.length = 0
    await storage.remove("b")
    expect(calls).toEqual(["unlink", "open", "syncEntries", "close"])
  })

  it("brings to the disk that a directory was made, and each one above it that was", async () => {
    const { calls, files } = watched()
    const directory = join(freshDirectory(), "deeper")
    await diskStorage({ directory, durable: true }, { files }).write("a", bytes("x"))
    // Two directories were made; the file's own entry is the third.
    expect(syncsOf(calls)).toEqual(["syncEntries", "syncEntries", "syncBytes", "syncEntries"])
  })

  it("is off by default: nothing waits for the disk", async () => {
    const { calls, files } = watched()
    const storage = diskStorage({ directory: freshDirectory() }, { files })
    await storage.write("a", bytes("x"))
    await storage.remove("a")
    expect(syncsOf(calls)).toEqual([])
  })

  it.each(["syncBytes", "syncEntries"] as const)("leaves no file where %s fails", async (name) => {
    const { files } = watched({ [name]: "EIO" })
    const directory = freshDirectory()
    mkdirSync(directory, { recursive: true })
    const storage = diskStorage({ directory, durable: true }, { files })
    await expect(storage.write("a", bytes("x"))).rejects.toMatchObject({ code: "storage_failed" })
    expect(readdirSync(directory)).toEqual([])
  })

  it("takes the same contract, in createDiskStorage and createTempStorage", async () => {
    for (const create of [createDiskStorage, createTempStorage]) {
      for (const each of storageContract(() => create({ directory: freshDirectory(), durable: true }))) await each.run()
    }
  })

  it("fails a file whose closing fails: a full network disk says it only then, and the file was taken for whole", async () => {
    const directory = freshDirectory()
    const { files } = watched({ close: "ENOSPC" })
    const storage = diskStorage({ directory }, { files })
    await expect(storage.write("a", bytes("x"))).rejects.toMatchObject({ code: "storage_failed" })
    expect(readdirSync(directory)).toEqual([])
  })
})

describe("gatherInto", () => {
  it("settles only when no write is in flight: the file's number may then be another's", async () => {
    let inFlight = 0
    const write = async (chunks: Uint8Array[]) => {
      inFlight += 1
      await new Promise((resolve) => setImmediate(resolve))
      inFlight -= 1
      return { bytesWritten: chunks.reduce((sum, { length }) => sum + length, 0) }
    }
    const source = (async function* () {
      yield new Uint8Array(100_000)
      throw new Error("the source broke")
    })()
    await expect(gatherInto(write, source)).rejects.toThrow("the source broke")
    expect(inFlight).toBe(0)
  })

  it("writes what comes in crumbs in pieces of 64 KiB", async () => {
    const written: number[] = []
    const write = async (chunks: Uint8Array[]) => {
      const bytesWritten = chunks.reduce((sum, { length }) => sum + length, 0)
      written.push(bytesWritten)
      return { bytesWritten }
    }
    const source = (async function* () {
      for (let count = 0; count < 300; count += 1) {
        yield new Uint8Array(1000)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    await gatherInto(write, source)
    expect(written).toEqual([66_000, 66_000, 66_000, 66_000, 36_000])
  })

  it.each([
    ["pieces of 256 KiB", 262_144, 12],
    ["single bytes", 1, 3000],
  ])("reads no more than two batches of %s ahead of a file that does not take them", async (_, size, most) => {
    let release = () => {}
    const stuck = new Promise<void>((resolve) => {
      release = resolve
    })
    // A double of a disk: a real one cannot be made to stand still on demand.
    const write = async (chunks: Uint8Array[]) => {
      await stuck
      return { bytesWritten: chunks.reduce((sum, { length }) => sum + length, 0) }
    }
    let pulled = 0
    const source = (async function* () {
      for (; pulled < 10_000; pulled += 1) yield new Uint8Array(size)
    })()
    const written = gatherInto(write, source)
    for (let turn = 0; turn < 30_000; turn += 1) await Promise.resolve()
    expect(pulled).toBeLessThan(most)
    release()
    expect(await written).toBe(10_000 * size)
  })
})

describe("createTempStorage", () => {
  it("makes a private directory", async () => {
    const directory = freshDirectory()
    await createTempStorage({ directory }).write("a", bytes("x"))
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  it("refuses a directory that others may enter, and works once it is private", async () => {
    const directory = freshDirectory()
    mkdirSync(directory, { recursive: true, mode: 0o755 })
    const storage = createTempStorage({ directory })
    await expect(storage.write("a", bytes("x"))).rejects.toMatchObject({ code: "storage_failed" })
    expect(readdirSync(directory)).toEqual([])
    chmodSync(directory, 0o700)
    await storage.write("a", bytes("x"))
  })

  it("refuses a link that someone put in its place", async () => {
    const directory = freshDirectory()
    mkdirSync(join(directory, "real"), { recursive: true, mode: 0o700 })
    symlinkSync(join(directory, "real"), join(directory, "link"))
    const storage = createTempStorage({ directory: join(directory, "link") })
    await expect(storage.write("a", bytes("x"))).rejects.toMatchObject({ code: "storage_failed" })
  })
  it("can be had by a user whom the system has no name for, as containers have them", () => {
    process.seteuid?.(54321)
    onTestFinished(() => process.seteuid?.(0))
    expect(userInfo).toThrow("uv_os_get_passwd")
    expect(createTempStorage().name).toBe("temp")
  })
})
