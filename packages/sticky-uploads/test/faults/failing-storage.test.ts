import { readdirSync, readlinkSync, utimesSync } from "node:fs"
import { join } from "node:path"
import { createMemoryStorage, createTempStorage, type Storage } from "sticky-uploads/server"
import { describe, expect, it } from "vitest"
import { double } from "../support/doubles.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { temporaryDirectory } from "../support/serve.js"
import { serveAlbum } from "../support/serve-album.js"

expectNoStrayErrors()

const broken = () => Promise.reject(new Error("broken"))

/** A source that breaks after its first bytes. */
const breaking = (source: AsyncIterable<Uint8Array>) =>
  (async function* () {
    for await (const chunk of source) {
      yield chunk
      throw new Error("broken")
    }
  })()

/** The files of a directory that this process has open. */
function openFilesIn(directory: string): string[] {
  const links = readdirSync("/proc/self/fd").map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`)
    } catch {
      // The directory of descriptors was one itself.
      return ""
    }
  })
  return links.filter((path) => path.startsWith(directory))
}

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys
}

describe("P6: a storage that fails at a submit", () => {
  // Doubles around real storages: what fails once, where files wait or where they stay.
  it.each<
    [string, (acts: { staged: Storage; kept: Storage }) => { staged?: Partial<Storage>; kept?: Partial<Storage> }]
  >([
    ["as the file is opened", () => ({ staged: { open: broken } })],
    ["as the file is read", ({ staged }) => ({ staged: { open: async (key) => breaking(await staged.open(key)) } })],
    ["as the mark is written", () => ({ staged: { write: broken } })],
    ["as the copy is written", () => ({ kept: { write: broken } })],
    [
      "as the copy is committed",
      () => ({
        kept: {
          async write(_, source) {
            for await (const _ of source);
            return broken()
          },
        },
      }),
    ],
    ["as the copy is looked at", () => ({ kept: { stat: broken } })],
    [
      "by storing less than it was given",
      ({ kept }) => ({
        kept: {
          write: (key, source) =>
            kept.write(
              key,
              (async function* () {
                for await (const chunk of source) yield chunk.subarray(1)
              })(),
            ),
        },
      }),
    ],
  ])("%s: no copy stays, no file is left open, and the token is good", async (_, fail) => {
    const directory = await temporaryDirectory()
    const real = {
      staged: createTempStorage({ directory }),
      // Not on a disk, so that the copy passes through the process.
      kept: createMemoryStorage(),
    }
    const failing = fail(real)
    let isBroken = false
    const acts = (which: "staged" | "kept") =>
      new Proxy(real[which], {
        get: (inner, act: keyof Storage) => (isBroken ? failing[which]?.[act] : undefined) ?? inner[act],
      })
    const kept = acts("kept")
    const album = await serveAlbum({ storage: acts("staged"), handle: (file) => file.promote(kept) })
    const token = await album.upload("album.create/upload")
    isBroken = true
    expect(await album.call(token)).toEqual({ status: 500 })
    isBroken = false
    expect(await keysOf(kept)).toEqual([])
    // A stream that was told to end closes its file a moment later, and tells nobody.
    await expect.poll(() => openFilesIn(directory)).toEqual([])
    expect(await album.call(token)).toMatchObject({ status: 200 })
    expect(await keysOf(kept)).toHaveLength(1)
  })

  it("as the used file is removed: the submit is done, and its token is good for no other, even after a restart", async () => {
    const directory = await temporaryDirectory()
    const storage = createTempStorage({ directory })
    const album = await serveAlbum({ storage: double(storage, { remove: broken }) })
    const token = await album.upload("album.create/upload")
    expect(await album.call(token)).toMatchObject({ status: 200 })
    expect(album.errors).toMatchObject([{ message: "broken" }])

    const restarted = await serveAlbum({ storage })
    // As if an hour had gone by: no lease of the process before counts any more.
    for (const name of readdirSync(directory)) {
      utimesSync(join(directory, name), Date.now() / 1000 - 3600, Date.now() / 1000 - 3600)
    }
    expect(await restarted.call(token)).toMatchObject({ issues: ["upload: token_busy"] })
    expect(restarted.stored()).toEqual([])
  })
})

describe("P6: a storage that fails at a sweep", () => {
  it("with one file: the others are removed all the same, and onError is told", async () => {
    const directory = await temporaryDirectory()
    const storage = createTempStorage({ directory })
    const stuck: string[] = []
    const album = await serveAlbum({
      storage: double(storage, { remove: (key) => (stuck.includes(key) ? broken() : storage.remove(key)) }),
    })
    for (let count = 0; count < 5; count += 1) await album.upload("album.create/upload")
    const names = readdirSync(directory)
    for (const name of names) utimesSync(join(directory, name), 0, 0)
    stuck.push(...names.slice(0, 2))
    expect(await album.sticky.sweep()).toMatchObject({ removedFiles: 3, removedUnfinished: 0, failures: 2 })
    expect(readdirSync(directory).sort()).toEqual([...stuck].sort())
    expect(album.errors).toMatchObject([{ message: "broken" }])
  })
})
