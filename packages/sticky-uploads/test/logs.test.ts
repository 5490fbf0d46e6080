import { formatWithOptions } from "node:util"
import { stickyEndpoint } from "sticky-uploads/express"
import { StickyError, type StickyHooks } from "sticky-uploads/server"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import type { Context } from "./support/app.js"
import { readDocument } from "./support/documents.js"
import { importBlocks } from "./support/import-blocks.js"
import { png, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { schemas, serve, temporaryDirectory } from "./support/serve.js"
import { serveAlbum } from "./support/serve-album.js"

expectNoStrayErrors()

const name = "Ann's divorce.png"
const hidden = "*.png (17 characters)"
const target = "album.create/upload"
const picked = () => new File([new Uint8Array(png())], name)

/** What reaches the console, as a terminal would show it. */
function watchConsole(): string[] {
  const lines: string[] = []
  const spy = vi.spyOn(console, "error").mockImplementation((...said) => {
    lines.push(formatWithOptions({ depth: 9 }, ...said))
  })
  onTestFinished(() => spy.mockRestore())
  return lines
}

/** An app that says nothing of what becomes of its errors. */
const serveSilent = (options: Parameters<typeof serveAlbum>[0]) =>
  serveAlbum({ ...options, onError: undefined as never })

describe("what goes wrong on our side, where nobody said onError,", () => {
  const failing: [string, StickyHooks<Context>][] = [
    [
      "a hook",
      {
        onStaged: (event) => {
          throw new StickyError("internal_error", {}, `no row for ${event.name}`, { cause: { ...event } })
        },
      },
    ],
    ["a promise of one", { onStaged: (event) => Promise.reject(Object.assign(new Error("no row"), { event })) }],
  ]

  it.each(failing)(
    "such as %s that fails, is printed with its place, and with neither names nor tokens",
    async (_, hooks) => {
      const lines = watchConsole()
      const album = await serveSilent(hooks)
      const token = await album.upload(target, picked())
      await expect.poll(() => lines).toHaveLength(1)
      expect(lines[0]).toMatch(/^sticky-uploads: /)
      expect(lines[0]).toContain("no row")
      expect(lines[0]).toContain("logs.test.ts")
      expect(lines[0]).toContain(hidden)
      expect(lines[0]).not.toContain("divorce")
      expect(lines[0]).not.toContain(token)
    },
  )

  it("is printed so too when the app's onError fails in turn", async () => {
    const lines = watchConsole()
    const album = await serveAlbum({
      onStaged: (event) => Promise.reject(Object.assign(new Error("no row"), { event })),
      onError: (error) => {
        throw Object.assign(new Error("no log"), { error })
      },
    })
    await album.upload(target, picked())
    await expect.poll(() => lines).toHaveLength(1)
    expect(lines[0]).toMatch(/onError failed Error: no log(.|\n)*while it was told of Error: no row/)
    expect(lines[0]).not.toContain("divorce")
  })
})

describe("the guide's logger", () => {
  const load = importBlocks(readDocument("apps/docs/guide/customising-the-server.md"))

  it("is told of all that happens, and of no name", async () => {
    vi.stubEnv("TMPDIR", await temporaryDirectory())
    onTestFinished(() => void vi.unstubAllEnvs())
    const { createContext } = await load("app.ts")
    const { lines, sticky } = await load("redacted-log.ts")
    const server = await serve({
      routes: (app) => app.use("/letters", stickyEndpoint({ sticky, schemas, createContext })),
    })
    onTestFinished(() => sticky.close())
    await server.post("/letters/doc/image", [upload(png(), name)])
    await server.post("/letters/doc/image", [upload("just a text", name)])
    await expect.poll(() => lines).toHaveLength(2)
    expect(lines).toMatchObject([
      { level: "info", msg: "staged", target: "doc/image", subject: "ann", name: hidden, size: 200 },
      { level: "info", msg: "refused", code: "file_type_refused", status: 415, details: { name: hidden } },
    ])
    expect(JSON.stringify(lines)).not.toMatch(/divorce|language/)
  })
})
