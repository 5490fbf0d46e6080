import { readdirSync, utimesSync } from "node:fs"
import { join } from "node:path"
import { createDiskStorage, createTempStorage } from "sticky-uploads/server"
import { describe, expect, it } from "vitest"
import { expectNoStrayErrors } from "../support/process-health.js"
import { serveAlbum } from "../support/serve-album.js"
import { mountTmpfs } from "./support/mount.js"

expectNoStrayErrors()

const target = "album.create/upload"
const picture = () => new File(["GIF89a and more"], "a.gif")

describe("P6: a directory that can only be read", () => {
  it("refuses uploads with 503, lets submits and discards fail, ends no sweep, and all of them work once it can be written", async () => {
    const mount = await mountTmpfs("size=1m")
    const storage = createTempStorage({ directory: mount.directory })
    const album = await serveAlbum({ storage })
    await album.upload(target)
    const [forgotten] = readdirSync(mount.directory) as [string]
    utimesSync(join(mount.directory, forgotten), 0, 0)
    const [first, second] = [await album.upload(target), await album.upload(target)]
    mount.change("ro")
    expect(await album.post(target, picture())).toMatchObject({ status: 503, body: { code: "storage_failed" } })
    expect(await album.call(first)).toEqual({ status: 500 })
    await album.discard(second)
    expect(await album.sticky.sweep()).toMatchObject({ removedFiles: 0, removedUnfinished: 0, failures: 1 })
    expect(readdirSync(mount.directory)).toHaveLength(3)
    // The upload, the submit, the discard, the sweep.
    expect(album.errors.length).toBeGreaterThanOrEqual(3)
    for (const error of album.errors) expect(error).toMatchObject({ code: "storage_failed", cause: { code: "EROFS" } })

    mount.change("rw")
    expect(await album.call(first)).toMatchObject({ status: 200 })
    await album.discard(second)
    expect(await album.call(second)).toMatchObject({ issues: ["upload: token_gone"] })
    expect(await album.sticky.sweep()).toMatchObject({ removedFiles: 1 })
    expect(await album.call(await album.upload(target))).toMatchObject({ status: 200 })
  })

  it("where files stay: the submit fails, and the token is good once it can be written", async () => {
    const mount = await mountTmpfs("size=1m")
    const kept = createDiskStorage({ directory: mount.directory })
    const album = await serveAlbum({ handle: (file) => file.promote(kept) })
    const token = await album.upload(target)
    mount.change("ro")
    expect(await album.call(token)).toEqual({ status: 500 })
    mount.change("rw")
    expect(await album.call(token)).toMatchObject({ status: 200 })
    expect(readdirSync(mount.directory)).toHaveLength(1)
  })
})
