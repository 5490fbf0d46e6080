import { createMemoryStorage } from "sticky-uploads/server"
import { afterEach, describe, expect, it, vi } from "vitest"
import { expectNoStrayErrors } from "../support/process-health.js"
import { serveAlbum } from "../support/serve-album.js"

expectNoStrayErrors()

const hour = 3_600_000
const target = "album.create/upload"

/** Sets what this process takes for the time; its timers, which no clock moves, go on. The storage's times are this clock's, too. */
const setClock = (by: number) => vi.setSystemTime(Date.now() + by)

async function serveWithClock() {
  vi.useFakeTimers({ toFake: ["Date"] })
  const storage = createMemoryStorage()
  const album = await serveAlbum({ storage, expiresInSeconds: 600 })
  const keys = async () => {
    const all: string[] = []
    for await (const { key } of storage.list()) all.push(key)
    return all
  }
  return { ...album, storage, keys }
}

afterEach(() => void vi.useRealTimers())

describe("P8: a clock that is set back by an hour", () => {
  it("between upload and submit loses nothing: the token is good, and good once", async () => {
    const album = await serveWithClock()
    const token = await album.upload(target)
    setClock(-hour)
    expect(await album.sticky.sweep()).toMatchObject({ removedFiles: 0 })
    expect(await album.call(token)).toMatchObject({ status: 200 })
    expect(await album.call(token)).toMatchObject({ issues: ["upload: token_used"] })
    expect(await album.call(await album.upload(target))).toMatchObject({ status: 200 })
  })

  it("leaves a token good for an hour longer, and its file is there for as long", async () => {
    const album = await serveWithClock()
    const token = await album.upload(target)
    setClock(-hour)
    setClock(hour + 599_000)
    await album.sticky.sweep()
    setClock(-hour)
    expect(await album.call(token)).toMatchObject({ status: 200 })
  })

  it("lets no second submit in while the first is under way", async () => {
    const album = await serveWithClock()
    const token = await album.upload(target)
    const [first, second] = await Promise.all([
      album.call(token),
      Promise.resolve().then(() => {
        setClock(-hour)
        return album.call(token)
      }),
    ])
    expect([first.status, second.status].sort()).toEqual([200, 400])
  })

  it("keeps a file whose submit died for so much longer, rather than give it to two", async () => {
    const album = await serveWithClock()
    const token = await album.upload(target)
    const [key] = await album.keys()
    // What a process that died in the middle of a submit leaves.
    await album.storage.write(`${key}.claim-1`, (async function* () {})())
    setClock(-hour)
    expect(await album.call(token)).toMatchObject({ issues: ["upload: token_busy"] })
    setClock(hour + 61_000)
    expect(await album.call(token)).toMatchObject({ status: 200 })
  })
})
