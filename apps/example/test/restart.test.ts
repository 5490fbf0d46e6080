import { mkdtemp, readFile, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { createApp } from "../src/app.js"
import { listen } from "../src/listen.js"
import { png } from "./support/files.js"
import { savedRows } from "./support/saved.js"
import { loggedIn, type Site } from "./support/site.js"

// Passwords are slow to hash on purpose, and slower still on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "sticky-restart-"))
})

afterEach(() => rm(dataDir, { recursive: true }))

async function start(secret?: string): Promise<Site & { createdUsers: string[] }> {
  const app = await createApp({ dataDir, secret })
  return { ...(await listen(app, 0)), dataDir, createdUsers: app.createdUsers }
}

describe("a restart", () => {
  it("keeps accounts, and the tokens of half-filled forms", async () => {
    const before = await start()
    expect(before.createdUsers).toEqual(["demo", "admin"])
    const body = new FormData()
    body.append("upload", new File([png()], "a.png"))
    const upload = await (await loggedIn(before, "demo"))("/sticky/submission.create/upload", { method: "POST", body })
    const { stored } = (await upload.json()) as { stored: string }
    await before.stop()

    const after = await start()
    expect(after.createdUsers).toEqual([])
    const multipart = new FormData()
    for (const [name, value] of Object.entries({ title: "After", accept: "on", _upload: stored }))
      multipart.append(name, value)
    const sent = await (await loggedIn(after, "demo"))("/submissions", { method: "POST", body: multipart })
    await after.stop()
    expect([sent.status, sent.headers.get("location")]).toEqual([303, "/thanks"])
    expect(await savedRows({ ...after, dataDir })).toMatchObject([{ title: "After" }])
  })
})

describe("the secret", () => {
  it("is made once, long, and readable by its owner only", async () => {
    await (await start()).stop()
    const path = join(dataDir, "secret")
    const secret = await readFile(path, "utf8")
    expect(Buffer.from(secret.trim(), "base64url")).toHaveLength(48)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await (await start()).stop()
    expect(await readFile(path, "utf8")).toBe(secret)
  })

  it("is the one of the environment where that is set, and a short one is refused", async () => {
    await (await start("x".repeat(32))).stop()
    await expect(stat(join(dataDir, "secret"))).rejects.toThrow("ENOENT")
    await expect(start("too short")).rejects.toThrow(TypeError)
  })
})
