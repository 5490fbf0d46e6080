import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createDiskStorage, createTempStorage } from "sticky-uploads/server"
import { describe, expect, it } from "vitest"
import { png } from "../support/app.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { serveAlbum } from "../support/serve-album.js"
import { mountTmpfs } from "./support/mount.js"

expectNoStrayErrors()

const picture = (bytes: number) => new File([png, Buffer.alloc(bytes)], "a.png")
const noRoom = { status: 503, body: { is_valid: false, code: "storage_failed" } }
const target = "album.create/upload"
const isMarker = (name: string) => name.includes(".claim-")

/** An album whose staged files wait on a file system of its own. */
async function albumOn(options: string) {
  const mount = await mountTmpfs(options)
  const album = await serveAlbum({ maxBytes: 10_000_000, storage: createTempStorage({ directory: mount.directory }) })
  return { ...album, mount, left: () => readdirSync(mount.directory) }
}

describe("P6: a full disk", () => {
  it("refuses the file that finds no room with 503 and leaves nothing of it; a smaller one is taken and submitted", async () => {
    const album = await albumOn("size=1m")
    expect(await album.post(target, picture(2_000_000))).toMatchObject(noRoom)
    expect(album.left()).toEqual([])
    expect(album.errors).toMatchObject([{ code: "storage_failed", cause: { code: "ENOSPC" } }])
    expect(await album.call(await album.upload(target, picture(100_000)))).toMatchObject({ status: 200 })
    expect(album.left().filter((name) => !isMarker(name))).toEqual([])
  })

  it("takes of many files at once as many as it has room for, and each of them whole", async () => {
    const album = await albumOn("size=1m")
    const answers = await Promise.all(Array.from({ length: 8 }, () => album.post(target, picture(300_000))))
    const taken = answers.flatMap(({ body }) => (body.is_valid ? [body.stored] : []))
    expect(taken.length).toBeLessThan(8)
    for (const answer of answers) if (!answer.body.is_valid) expect(answer).toMatchObject(noRoom)
    expect(album.left()).toHaveLength(taken.length)
    for (const token of taken) {
      expect(await album.call(token)).toMatchObject({ status: 200, stored: { size: 300_000 + png.length } })
    }
    expect(await album.post(target, picture(300_000))).toMatchObject({ status: 200, body: { is_valid: true } })
  })

  it("without room for one more name, as the file is whole: 503, and nothing is left", async () => {
    // The root and the unfinished file are two; the name it would get is the third.
    const album = await albumOn("size=1m,nr_inodes=2")
    expect(await album.post(target, picture(1000))).toMatchObject(noRoom)
    expect(album.errors).toMatchObject([{ details: { operation: "commit" }, cause: { code: "ENOSPC" } }])
    expect(album.left()).toEqual([])
    album.mount.change("nr_inodes=100")
    expect(await album.call(await album.upload(target))).toMatchObject({ status: 200 })
  })

  it("without room for the mark of a submit: the submit fails, and the token is good once there is room", async () => {
    const album = await albumOn("size=1m,nr_inodes=4")
    const token = await album.upload(target)
    album.mount.change("nr_inodes=2")
    expect(await album.call(token)).toEqual({ status: 500 })
    expect(album.left()).toHaveLength(1)
    album.mount.change("nr_inodes=100")
    expect(await album.call(token)).toMatchObject({ status: 200 })
    expect(await album.call(token)).toMatchObject({ issues: ["upload: token_used"] })
  })

  it("where files stay: the submit fails, no copy stays, and the token is good once there is room", async () => {
    const mount = await mountTmpfs("size=1m")
    const kept = createDiskStorage({ directory: mount.directory })
    const album = await serveAlbum({ maxBytes: 10_000_000, handle: (file) => file.promote(kept) })
    writeFileSync(join(mount.directory, "ballast"), Buffer.alloc(900_000))
    const token = await album.upload(target, picture(300_000))
    expect(await album.call(token)).toEqual({ status: 500 })
    expect(readdirSync(mount.directory)).toEqual(["ballast"])
    expect(album.staged()).toHaveLength(1)
    rmSync(join(mount.directory, "ballast"))
    expect(await album.call(token)).toMatchObject({ status: 200, stored: { size: 300_000 + png.length } })
  })
})
