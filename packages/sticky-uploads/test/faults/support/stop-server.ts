import { type ChildProcess, execFileSync, fork } from "node:child_process"
import { on, once } from "node:events"
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"
import { afterAll, beforeAll, onTestFinished } from "vitest"
import { temporaryDirectory } from "../../support/serve.js"
import { type Wire, wireTo } from "../../support/wire.js"

interface StartOptions {
  /** How long a stop waits for uploads. */
  drainSeconds?: number
  /** Whether its storage stands still. */
  stalls?: boolean
}

export interface StopServer {
  port: number
  child: ChildProcess
  /** Codes that its `onError` was told. */
  errors: (string | undefined)[]
  /** Its exit code, once it has ended. */
  exit: Promise<number | null>
  left(): Promise<string[]>
  wire(): Promise<Wire>
  /** Limits how many files and connections it may have open. */
  limitDescriptors(most: number): void
  /** Sends SIGTERM, and resolves when the process has it. */
  stop(): Promise<void>
}

/** Builds the server that is a process of its own; gives what starts one. */
export function useStopServer(): (options?: StartOptions) => Promise<StopServer> {
  let bundle = ""
  beforeAll(async () => {
    // Inside the package, so that the bundle finds what it imports.
    const cache = fileURLToPath(new URL("../../../node_modules/.cache/", import.meta.url))
    await mkdir(cache, { recursive: true })
    bundle = await mkdtemp(join(cache, "stop-"))
    await esbuild.build({
      entryPoints: [fileURLToPath(new URL("./stop-process.ts", import.meta.url))],
      outfile: join(bundle, "server.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      conditions: ["@sticky-uploads/source"],
      external: ["express", "formidable", "file-type", "rate-limiter-flexible", "zod", "zod-form-data"],
    })
  })
  afterAll(() => rm(bundle, { recursive: true, force: true }))

  return async ({ drainSeconds = 10, stalls = false } = {}) => {
    const directory = await temporaryDirectory()
    const options = [directory, `${drainSeconds}`, stalls ? "stalls" : ""]
    const child = fork(join(bundle, "server.mjs"), options, { execArgv: [] })
    const exit = once(child, "exit").then(([code]) => code as number | null)
    onTestFinished(async () => {
      child.kill("SIGKILL")
      await exit
    })
    const errors: (string | undefined)[] = []
    const [{ port }] = (await once(child, "message")) as [{ port: number }]
    child.on("message", (message: { error?: string }) => {
      if ("error" in message) errors.push(message.error)
    })
    return {
      port,
      child,
      errors,
      exit,
      left: () => readdir(directory),
      wire: () => wireTo(port),
      limitDescriptors: (most) => void execFileSync("prlimit", ["--pid", `${child.pid}`, `--nofile=${most}:`]),
      async stop() {
        child.kill("SIGTERM")
        for await (const [message] of on(child, "message")) if ("stopping" in message) return
      },
    }
  }
}
