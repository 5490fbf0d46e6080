import type { StickyFile } from "sticky-uploads/server"
import { describe, expect, it } from "vitest"
import { serveAlbum } from "../support/serve-album.js"

const target = "album.create/upload"

describe("P8: the id of a file", () => {
  it("is the same however often its token is submitted, and its token's own: a row can tell that it was there before", async () => {
    const seen: (string | undefined)[] = []
    const album = await serveAlbum({
      async handle(file: StickyFile) {
        seen.push(file.id)
        if (seen.length === 1) throw new Error("the process dies here")
      },
    })
    const token = await album.upload(target)
    expect(await album.call(token)).toEqual({ status: 500 })
    expect(await album.call(token)).toMatchObject({ status: 200 })
    await album.call(await album.upload(target))
    const [first, again, other] = seen
    expect(first).toMatch(/^[\w-]{24}$/)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })
})
