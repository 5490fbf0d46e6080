import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const appDirectory = fileURLToPath(new URL("../..", import.meta.url))
const next = createRequire(import.meta.url).resolve("next/dist/bin/next")

/** The built app, in a process of its own, over a data directory of its own. */
export interface NextSite {
  url: string
  dataDir: string
  pid: number
  /** What the process has said of errors. */
  errors(): string
  stop(): Promise<void>
}

/** Runs a command of Next's in the app's folder, as its scripts do. */
function runNext(args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [next, ...args], {
    cwd: appDirectory,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
}

/** Builds the app as people do. Without a secret: none may be needed, nor be kept in what is built. */
export async function buildApp(): Promise<void> {
  const build = runNext(["build"], { STICKY_SECRET: "" })
  let said = ""
  for (const stream of [build.stdout, build.stderr]) {
    stream?.on("data", (text) => {
      said += text
    })
  }
  const [code] = await once(build, "exit")
  if (code !== 0) throw new Error(`next build ended with ${code}:\n${said}`)
}

/** Serves what `buildApp` has built, on a free port. */
export async function startSite(): Promise<NextSite> {
  const dataDir = await mkdtemp(join(tmpdir(), "sticky-next-"))
  const server = runNext(["start", "--hostname", "127.0.0.1", "--port", "0"], {
    DATA_DIR: dataDir,
    STICKY_SECRET: "a secret of more than thirty-two bytes",
    // The hostile corpus sends more.
    UPLOADS_PER_MINUTE: "1000000",
  })
  const exited = once(server, "exit")
  let errors = ""
  server.stderr?.on("data", (text) => {
    errors += text
  })
  let said = ""
  const isReady = new Promise<string>((resolve) => {
    server.stdout?.on("data", (text) => {
      said += text
      const [, address] = /Local:.*?(http:\/\/127\.0\.0\.1:\d+).*Ready/s.exec(said) ?? []
      if (address) resolve(address)
    })
  })
  const url = await Promise.race([isReady, exited])
  if (typeof url !== "string") throw new Error(`next start has ended:\n${errors}`)
  return {
    url,
    dataDir,
    pid: server.pid as number,
    errors: () => errors,
    async stop() {
      server.kill()
      await exited
      await rm(dataDir, { recursive: true })
    },
  }
}
