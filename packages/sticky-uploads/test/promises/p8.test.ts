import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { createTempStorage, type Storage } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { describe, expect, it, onTestFinished } from "vitest"
import { createParts, serve } from "../support/app.js"
import { double } from "../support/doubles.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { temporaryDirectory } from "../support/serve.js"
import { serveAlbum } from "../support/serve-album.js"

expectNoStrayErrors()

const racer = fileURLToPath(new URL("../support/racer.mjs", import.meta.url))
const target = "album.create/upload"

/** The temp storage, which counts what changes it. */
async function counting() {
  const inner = createTempStorage({ directory: await temporaryDirectory() })
  const changes: string[] = []
  const counted: Partial<Storage> = {
    write(key, source) {
      changes.push("write")
      return inner.write(key, source)
    },
    remove(key) {
      changes.push("remove")
      return inner.remove(key)
    },
  }
  return { storage: double(inner, counted), changes }
}

describe("P8: parsing has no side effects, and a file is consumed once, on success", () => {
  /** Serves one field, and parses what is sent for it outside of any call. */
  async function start() {
    const { storage, changes } = await counting()
    const parts = createParts({ storage })
    const input = z.object({ upload: z.stickyFile(), title: z.string() })
    const server = await serve(parts.sticky, parts.router({ album: parts.procedure.input(input).mutation(() => 1) }))
    onTestFinished(async () => {
      await server.close()
      parts.remove()
    })
    const call = { ctx: { user: "ann" }, procedure: "album" }
    return {
      ...parts,
      changes,
      upload: () => server.upload("album/upload"),
      parse: (upload: string, title: unknown = "a title") => parts.sticky.parse(input, { upload, title }, call),
    }
  }

  it("a form that is parsed a hundred times, at once and half of them with a fault, changes nothing", async () => {
    const { upload, changes, parse, uploads } = await start()
    const token = await upload()
    expect(changes.splice(0)).toEqual(["write"])
    const parsing = Array.from({ length: 100 }, (_, at) => parse(token, at % 2 ? "a title" : at))
    const outcomes = await Promise.allSettled(parsing)
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(50)
    expect(changes).toEqual([])
    const parsed = await parse(token)
    await parsed.upload.promote(uploads)
    await expect(parse(token)).rejects.toThrow("token_used")
  })

  it("of eight uses that begin in the same turn one has the file, and the others are told so", async () => {
    const { upload, parse, uploads, stored } = await start()
    for (let round = 1; round <= 10; round += 1) {
      const token = await upload()
      const parsed = await Promise.all(Array.from({ length: 8 }, () => parse(token)))
      const uses = await Promise.allSettled(parsed.map((form) => form.upload.promote(uploads)))
      const refused = uses.flatMap((use) => (use.status === "rejected" ? [use.reason.code] : []))
      expect(refused).toHaveLength(7)
      for (const code of refused) expect(code).toMatch(/^token_(used|busy)$/)
      expect(stored()).toHaveLength(round)
    }
  })

  it("a parse is over when it returns: a schema with a file in it never has to be waited for", () => {
    const input = z.object({ upload: z.stickyFile().optional(), more: z.array(z.stickyFile()) })
    const tokens = [new File(["x"], "a.txt"), "no token"]
    expect(() => input.safeParse({ upload: tokens[0], more: tokens })).not.toThrow()
    expect(input.safeParse({ upload: tokens[0], more: [tokens[0]] }).success).toBe(true)
  })

  it("calls that fail after they used a file give it back, however many there were", async () => {
    let fails = true
    const album = await serveAlbum({
      handle: async (file) => {
        const stored = await file.promote(album.uploads)
        if (fails) throw new Error("the database is down")
        return stored
      },
    })
    const token = await album.upload(target)
    for (let time = 0; time < 5; time += 1) {
      expect([(await album.call(token)).status, (await album.submit(token)).status]).toEqual([500, 500])
      expect(album.stored()).toEqual([])
    }
    fails = false
    expect((await album.call(token)).status).toBe(200)
    expect((await album.call(token)).issues).toEqual(["upload: token_used"])
  })

  it("of a call, a form, and a wish to take it back, all at once, one has the file", async () => {
    const album = await serveAlbum({ quotas: { uploadsPerMinute: false } })
    for (let round = 1; round <= 20; round += 1) {
      const token = await album.upload(target)
      const before = album.stored().length
      const acts = [() => album.call(token), () => album.submit(token), () => album.discard(token)]
      const turn = round % 3
      const racing = [...acts.slice(turn), ...acts.slice(0, turn), () => album.call(token)]
      const outcomes = await Promise.all(racing.map((act) => act()))
      const won = outcomes.filter((outcome) => outcome?.status === 200).length
      expect(won).toBeLessThanOrEqual(1)
      expect(album.stored().length - before).toBe(won)
      expect(album.staged().filter((key) => !key.includes(".claim-"))).toEqual([])
      expect((await album.call(token)).issues?.[0]).toMatch(/^upload: token_(used|gone)$/)
    }
    expect(album.errors).toEqual([])
  })

  it("lets exactly one of six racing processes use a token, round after round", async () => {
    const secret = "a secret of more than thirty-two bytes"
    const parts = createParts({ subject: () => undefined })
    const app = await serve(
      parts.sticky,
      parts.router({ album: parts.procedure.input(z.object({ photo: z.stickyFile() })).mutation(() => 1) }),
    )
    for (let round = 1; round <= 2; round += 1) {
      const token = await app.upload("album/photo")
      const options = JSON.stringify({ token, secret, staged: parts.stagedDirectory, uploads: parts.uploadsDirectory })
      const racers: ChildProcess[] = Array.from({ length: 6 }, () => fork(racer, [options], { execArgv: [] }))
      await Promise.all(racers.map((child) => once(child, "message")))
      const answers = racers.map(async (child) => ((await once(child, "message")) as [string])[0])
      for (const child of racers) child.send("go")
      const outcomes = await Promise.all(answers)
      expect(outcomes.filter((outcome) => outcome === "won")).toHaveLength(1)
      for (const outcome of outcomes) expect(outcome).toMatch(/^(won|token_used|token_busy)$/)
      expect(readdirSync(parts.uploadsDirectory)).toHaveLength(round)
    }
    await app.close()
    parts.remove()
  })
})
