import { once } from "node:events"
import { chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { startRedis } from "@sticky-uploads/services"
import { describe, expect, it, onTestFinished } from "vitest"
import { runBlocks } from "../../../packages/sticky-uploads/test/support/run-blocks.js"
import { temporaryDirectory } from "../../../packages/sticky-uploads/test/support/serve.js"
import { chapter, serverIn } from "./support/chapter.js"
import { spawnContained } from "./support/contained.js"

async function upload(port: number) {
  const form = new FormData()
  form.append("upload", new File(["a report"], "report.txt"))
  const headers = { "x-user": "ann" }
  const answer = await fetch(`http://127.0.0.1:${port}/sticky/report.create/upload`, {
    method: "POST",
    headers,
    body: form,
  })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { stored: string }).stored
}

async function submit(port: number, token: string): Promise<unknown> {
  const headers = { "x-user": "ann", "content-type": "application/json" }
  const body = JSON.stringify({ upload: token })
  const answer = await fetch(`http://127.0.0.1:${port}/trpc/report.create`, { method: "POST", headers, body })
  const { result, error } = (await answer.json()) as { result?: { data: unknown }; error?: { message: string } }
  return result?.data ?? JSON.parse(error?.message ?? "[]")[0].params.code
}

describe("the chapter's server", () => {
  it("loses no token over its rotation of keys, whichever neighbours run side by side", async () => {
    const secrets = { old: "o".repeat(32), new: "n".repeat(32) }
    const rows = [...chapter.text.matchAll(/^\| \S+ \| `((?:old|new)(?:,(?:old|new))?)` \|/gm)].map(
      ([, row = ""]) => row,
    )
    expect(rows).toEqual(["old", "old,new", "new,old", "new"])
    const directory = await temporaryDirectory()
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    const servers = await Promise.all(
      rows.map((row) => {
        const STICKY_SECRETS = row.replace(/old|new/g, (name) => secrets[name as keyof typeof secrets])
        const env = { STICKY_SECRETS, STAGED_DIRECTORY: join(directory, "staged"), REDIS_URL: redis.path }
        return runBlocks(chapter, serverIn(env))
      }),
    )
    const ports = servers.map(({ said }) => said as number)
    for (const [at, port] of ports.entries()) {
      for (const neighbour of ports.slice(Math.max(0, at - 1), at + 2)) {
        expect(await submit(neighbour, await upload(port))).toBe(8)
      }
    }
    expect(await submit(ports[3]!, await upload(ports[0]!))).toBe("token_tampered")
    expect(readdirSync(join(directory, "staged")).filter((name) => !name.includes("claim"))).toHaveLength(1)
    // Each ends by itself, its connections to Redis notwithstanding.
    await Promise.all(servers.map(({ stop }) => stop()))
  }, 60_000)

  it("runs in a container as the chapter describes it", async () => {
    const [, uid = "", gid = ""] = /^ {4}user: "(\d+):(\d+)"$/m.exec(chapter.text) ?? []
    const [, tmpfs = ""] = /^ {4}tmpfs: \["\/tmp:(.+)"\]$/m.exec(chapter.text) ?? []
    expect(chapter.text).toMatch(/^ {4}read_only: true$/m)
    expect(chapter.text).toMatch(/^ {4}cap_drop: \[ALL\]$/m)
    expect(chapter.text).toMatch(/^ {4}volumes: \["staged:\/srv\/staged"\]$/m)
    const [, STAGED_DIRECTORY = ""] = /^ {6}STAGED_DIRECTORY: (\S+)$/m.exec(chapter.text) ?? []

    const { directory, stop } = await runBlocks(chapter, "process.send('written')")
    onTestFinished(stop)
    writeFileSync(join(directory, "serve.js"), serverIn({ STICKY_SECRETS: "s".repeat(32), STAGED_DIRECTORY }))
    const volume = await temporaryDirectory()
    mkdirSync(join(volume, "staged"), { mode: 0o700 })
    chownSync(join(volume, "staged"), Number(uid), Number(gid))
    const child = spawnContained({ directory, file: "serve.js", volume }, { uid, gid, tmpfs })
    onTestFinished(() => void child.kill("SIGKILL"))
    const ended = once(child, "exit")
    const [port] = (await once(child, "message")) as [number]

    const status = readFileSync(`/proc/${child.pid}/status`, "utf8")
    expect(status).toMatch(new RegExp(`^Uid:\\t${uid}\\t${uid}\\t`, "m"))
    expect(status).toMatch(/^CapBnd:\t0+$/m)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    expect(readFileSync(`/proc/${child.pid}/mounts`, "utf8")).toMatch(/^\S+ \/ \S+ ro,/m)

    const token = await upload(port)
    const [file = ""] = readdirSync(join(volume, "staged/files"))
    const { uid: owner, mode } = statSync(join(volume, "staged/files", file))
    expect([owner, mode & 0o777]).toEqual([Number(uid), 0o600])
    expect(await submit(port, token)).toBe(8)
    child.kill("SIGTERM")
    expect(await ended).toEqual([0, null])
  })
})

describe("the chapter's check of a mount", () => {
  it("passes on this machine's own disk, and says so of each sentence of the contract", async () => {
    const mount = await temporaryDirectory()
    const main = `
      const said = []
      console.log = (line) => said.push(line)
      process.argv[2] = ${JSON.stringify(mount)}
      await import("./check-mount.js")
      process.send(said)`
    const { said, stop } = await runBlocks(chapter, main)
    await stop()
    expect((said as string[]).length).toBeGreaterThan(15)
    for (const line of said as string[]) expect(line).toMatch(/^passed: /)
  })
})
