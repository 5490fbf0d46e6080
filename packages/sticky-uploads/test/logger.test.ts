import { pino } from "pino"
import { createMemoryStorage, createSticky, type Logger, type StickyOptions } from "sticky-uploads/server"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import type { Context } from "./support/app.js"
import { double } from "./support/doubles.js"
import { png } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { serveAlbum } from "./support/serve-album.js"

expectNoStrayErrors()

const name = "Ann's divorce.png"
const hidden = "*.png (17 characters)"
const target = "album.create/upload"
const picked = (bytes: Uint8Array<ArrayBuffer> = new Uint8Array(png())) => new File([bytes], name)

/** An album whose log is a real pino, and the lines that it wrote. */
async function logged(options: Partial<StickyOptions<Context>> = {}) {
  const lines: Record<string, unknown>[] = []
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const album = await serveAlbum({ logger, onError: undefined as never, ...options })
  const written = (count: number) => expect.poll(() => lines).toHaveLength(count)
  return { ...album, lines, written }
}

describe("logger", () => {
  it("gets a line for what was staged, promoted and swept, without names, tokens and contexts", async () => {
    const album = await logged()
    const token = await album.upload(target, picked())
    const { stored } = await album.call(token)
    await album.sticky.sweep()
    await album.written(3)
    const [staged] = album.lines
    expect(album.lines).toMatchObject([
      { level: 30, msg: "sticky-uploads: staged", target, subject: "ann", name: hidden, size: 200, storage: "temp" },
      {
        level: 30,
        msg: "sticky-uploads: promoted",
        target,
        id: staged?.id,
        stored: { key: stored?.key, name: hidden },
      },
      { level: 30, msg: "sticky-uploads: swept", removedFiles: 0, removedUnfinished: 0 },
    ])
    const text = JSON.stringify(album.lines)
    for (const secret of [token, "divorce", "ctx"]) expect(text).not.toContain(secret)
  })

  it("gets a refusal as information, and as a warning where somebody should look", async () => {
    const inspector = { name: "clamav", inspect: async () => "Eicar-Signature" }
    const album = await logged({ inspect: [inspector] })
    await album.post(target, new File(["just a text"], name))
    await album.post(target, picked())
    await album.post(target, picked(), "")
    await fetch(`${album.url}/sticky/${target}`, { method: "POST", headers: { origin: "https://evil.example" } })
    await album.written(4)
    expect(album.lines).toMatchObject([
      { level: 30, msg: "sticky-uploads: refused", code: "file_type_refused", status: 415, details: { name: hidden } },
      {
        level: 40,
        msg: "sticky-uploads: refused",
        code: "file_refused",
        details: { inspector: "clamav", name: hidden },
      },
      { level: 30, msg: "sticky-uploads: refused", code: "upload_forbidden" },
      { level: 40, msg: "sticky-uploads: refused", code: "origin_refused" },
    ])
    expect(JSON.stringify(album.lines)).not.toContain("divorce")
  })

  it("gets what goes wrong on our side as an error, with its place and its cause; then nothing is printed", async () => {
    const printed = vi.spyOn(console, "error")
    onTestFinished(() => printed.mockRestore())
    const error = new Error(`no room for ${name}`, { cause: new Error("ENOSPC") })
    const storage = double(createMemoryStorage(), {
      write: () => Promise.reject(Object.assign(error, { file: { name } })),
    })
    const album = await logged({ storage })
    await album.post(target, picked())
    await album.written(1)
    const [{ err }] = album.lines as [{ err: { message: string; stack: string } }]
    expect(album.lines).toMatchObject([{ level: 50, msg: "sticky-uploads: failed" }])
    expect(err.message).toBe(`no room for ${hidden}: ENOSPC`)
    expect(err.stack).toContain("logger.test.ts")
    expect(JSON.stringify(album.lines)).not.toContain("divorce")
    expect(printed).not.toHaveBeenCalled()
  })

  it("is told beside onError", async () => {
    const errors: unknown[] = []
    const failure = new Error("no row")
    const album = await logged({ onError: (error) => errors.push(error), onStaged: () => Promise.reject(failure) })
    await album.upload(target, picked())
    await album.written(2)
    expect(album.lines.map(({ level }) => level)).toEqual([30, 50])
    expect(errors).toEqual([failure])
  })

  it("harms nothing when it throws", async () => {
    const printed = vi.spyOn(console, "error").mockImplementation(() => undefined)
    onTestFinished(() => printed.mockRestore())
    const broken = () => {
      throw new Error("no disk for the log")
    }
    const logger: Logger = { info: broken, warn: broken, error: broken }
    const album = await serveAlbum({ logger })
    expect(await album.call(await album.upload(target, picked()))).toMatchObject({ status: 200 })
    await expect.poll(() => album.errors).toHaveLength(2)
    expect(printed).toHaveBeenCalledTimes(2)
    expect(JSON.stringify(printed.mock.calls)).not.toContain("divorce")
  })

  it("is refused at construction where it is none", () => {
    const options = {
      secrets: ["a secret of more than thirty-two bytes"],
      storage: createMemoryStorage(),
      authorize: () => true,
    }
    const create = () =>
      createSticky({ ...options, logger: { info: () => undefined, error: () => undefined } as never })
    expect(create).toThrow(new TypeError("sticky-uploads: logger has no warn(); give it pino, or what has its shape"))
  })
})
