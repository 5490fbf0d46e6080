import { fork } from "node:child_process"
import { once } from "node:events"
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { userInfo } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { stickyEndpoint } from "sticky-uploads/express"
import { createDiskStorage, createSticky, createTempStorage } from "sticky-uploads/server"
import { storageContract } from "sticky-uploads/testing"
import * as z from "sticky-uploads/zod"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { createParts, png, serve as serveRouter } from "../support/app.js"
import { claimsOf } from "../support/claims.js"
import { double, gate } from "../support/doubles.js"
import { createFolderStorage } from "../support/folder-storage.js"
import { multipart, upload } from "../support/multipart.js"
import { type Person, personOf, schemas, serve, temporaryDirectory } from "../support/serve.js"
import { serveAlbum } from "../support/serve-album.js"

const secret = "a secret of more than thirty-two bytes"
const target = "album.create/upload"
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe("S1 staged files wait in a private directory under the OS temp directory, under names that are not the client's", () => {
  it("by default: directory 0700, file 0600, a random name, no address", async () => {
    const temp = await temporaryDirectory()
    vi.stubEnv("TMPDIR", temp)
    onTestFinished(() => void vi.unstubAllEnvs())
    const album = await serveAlbum({ storage: createTempStorage() })
    const { body } = await album.post(target, new File([png], "../../../portrait.png"))
    const directory = join(temp, `sticky-uploads-${userInfo().uid}`)
    const [name = "", ...more] = readdirSync(directory)
    expect(more).toEqual([])
    expect(name).toMatch(/^staged\.[\w-]{24}$/)
    expect([modeOf(directory), modeOf(join(directory, name))]).toEqual(["700", "600"])
    expect(readFileSync(join(directory, name)).equals(png)).toBe(true)
    // The name it is called by is text in the token; no address leads to the file.
    expect(body).toMatchObject({ filename: "portrait.png", url: null })
    expect((await fetch(`${album.url}/sticky/${name}`)).status).toBe(405)
  })

  it("two files of one name do not meet", async () => {
    const album = await serveAlbum()
    const tokens = [await album.upload(target), await album.upload(target)]
    expect(album.staged()).toEqual(tokens.map((token) => `staged.${claimsOf(token).jti}`).sort())
  })
})

describe("S2 any storage can be plugged in, and the contract says whether it will do", () => {
  describe("one that keeps each file in a folder of its own", () => {
    for (const { name, run } of storageContract(async () => createFolderStorage(await temporaryDirectory()))) {
      it(name, run)
    }
  })

  it("serves uploads and submits like ours", async () => {
    const directory = await temporaryDirectory()
    const album = await serveAlbum({ storage: createFolderStorage(directory) })
    const token = await album.upload(target)
    const key = `staged.${claimsOf(token).jti}`
    expect(readFileSync(join(directory, key, "content")).equals(png)).toBe(true)
    const { stored } = await album.submit(token)
    expect(readFileSync(join(album.uploadsDirectory, stored?.key ?? "")).equals(png)).toBe(true)
    expect(readdirSync(directory)).not.toContain(key)
    expect((await album.call(token)).issues).toEqual(["upload: token_used"])
  })
})

describe("S3 servers that share the storage and the secrets answer for each other: no pinned load balancer", () => {
  it("what one server took another one accepts, and the first one knows that it was used", async () => {
    const one = await serveAlbum({ secrets: [secret] })
    const other = await serveAlbum({
      secrets: [secret],
      storage: createTempStorage({ directory: one.stagedDirectory }),
    })
    const token = await one.upload(target)
    expect((await other.call(token)).status).toBe(200)
    expect((await one.call(token)).issues).toEqual(["upload: token_used"])
  })

  it("another process does too", async () => {
    const parts = createParts({ secrets: [secret], subject: () => undefined })
    const input = z.object({ photo: z.stickyFile() })
    const server = await serveRouter(
      parts.sticky,
      parts.router({ album: parts.procedure.input(input).mutation(() => 1) }),
    )
    onTestFinished(async () => {
      await server.close()
      parts.remove()
    })
    const token = await server.upload("album/photo")
    const racer = fileURLToPath(new URL("../support/racer.mjs", import.meta.url))
    const options = { token, secret, staged: parts.stagedDirectory, uploads: parts.uploadsDirectory }
    const child = fork(racer, [JSON.stringify(options)], { execArgv: [] })
    await once(child, "message")
    const [said, ended] = [once(child, "message"), once(child, "exit")]
    child.send("go")
    expect((await said)[0]).toBe("won")
    await ended
    expect(parts.stored().map((key) => readFileSync(join(parts.uploadsDirectory, key)))).toEqual([png])
  })

  it("one that shares the storage alone, or the secrets alone, says what is missing", async () => {
    const one = await serveAlbum({ secrets: [secret] })
    const token = await one.upload(target)
    const stranger = await serveAlbum({ secrets: [`${secret}!`], storage: one.storage })
    expect((await stranger.call(token)).issues).toEqual(["upload: token_tampered"])
    const apart = await serveAlbum({ secrets: [secret] })
    expect((await apart.call(token)).issues).toEqual(["upload: token_gone"])
  })
})

describe("S4 a sweeper, on by default, removes what nobody submitted", () => {
  const hour = 3_600_000

  it("a file past its token's life goes by itself; a fresh one stays", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] })
    onTestFinished(() => void vi.useRealTimers())
    const directory = await temporaryDirectory()
    const removed = gate<string>()
    const temp = createTempStorage({ directory })
    const storage = double(temp, {
      async remove(key) {
        await temp.remove(key)
        removed.open(key)
      },
    })
    const sticky = createSticky<Person>({ secrets: [secret], storage, authorize: () => true })
    onTestFinished(() => sticky.close())
    const createContext = ({ req }: { req: Parameters<typeof personOf>[0] }) => personOf(req)
    const server = await serve({
      routes: (app) => app.use("/swept", stickyEndpoint({ sticky, schemas, createContext })),
    })
    const stage = async () => {
      const { json } = await server.post("/swept/doc/image", multipart(upload(png)))
      return `staged.${claimsOf(json.stored).jti}`
    }
    const [old, fresh] = [await stage(), await stage()]
    const longAgo = new Date(Date.now() - 26 * hour)
    utimesSync(join(directory, old), longAgo, longAgo)

    vi.advanceTimersByTime(15 * 60_000)
    expect(await removed.opened).toBe(old)
    expect(await sticky.sweep()).toMatchObject({ removedFiles: 0, removedUnfinished: 0 })
    // Beside it the mark that this interval has been swept.
    expect(readdirSync(directory).filter((name) => !name.startsWith("staged.sweep."))).toEqual([fresh])
  })

  it("what a crash left goes too, and what was promoted into the same directory stays", async () => {
    const directory = await temporaryDirectory()
    const storage = createDiskStorage({ directory })
    const album = await serveAlbum({ storage, handle: (file) => file.promote(storage) })
    const { stored } = await album.call(await album.upload(target))
    await album.upload(target)
    writeFileSync(join(directory, ".part-crashed"), "half of a fi")
    const longAgo = new Date(Date.now() - 26 * hour)
    for (const name of readdirSync(directory)) utimesSync(join(directory, name), longAgo, longAgo)
    expect(await album.sticky.sweep()).toMatchObject({ removedUnfinished: 1 })
    expect(readdirSync(directory)).toEqual([stored?.key])
  })
})
