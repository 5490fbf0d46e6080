import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { freePort } from "@sticky-uploads/services"
import type { Served } from "./listen.js"

const app = fileURLToPath(new URL("../../../next/", import.meta.url))
const program = createRequire(join(app, "package.json")).resolve("next/dist/bin/next")

function runNext(args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd: app,
    env: { ...process.env, ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  })
}

let built: Promise<void> | undefined

async function build(): Promise<void> {
  const child = runNext(["build"], {})
  child.stdout?.resume()
  const [code] = await once(child, "exit")
  if (code !== 0) throw new Error(`next build ended with ${code}`)
}

/** Serves the app of `apps/next`, which is built once. */
export async function serveByNext(): Promise<Served> {
  built ??= build()
  await built
  const dataDir = await mkdtemp(join(tmpdir(), "sticky-next-"))
  const port = await freePort()
  const args = ["start", "--hostname", "127.0.0.1", "--port", `${port}`]
  const server = runNext(args, { DATA_DIR: dataDir, STICKY_SECRET: "the secret of a form on a journey" })
  const exited = once(server, "exit")
  const isReady = new Promise<true>((resolve) => {
    server.stdout?.on("data", (text) => String(text).includes("Ready") && resolve(true))
  })
  if ((await Promise.race([isReady, exited])) !== true) throw new Error("next start has ended")
  return {
    port,
    async stop() {
      server.kill()
      await exited
      await rm(dataDir, { recursive: true })
    },
  }
}
