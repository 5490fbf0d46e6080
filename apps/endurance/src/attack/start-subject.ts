import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Look } from "sticky-uploads/testing"
import type { SubjectLook } from "./subject-process.js"

/** A subject in a process of its own, which may be ended and started again. */
export interface RunningSubject {
  port: number
  look(): Promise<Look>
  /** Ends what there is left of the process and starts another, at the same port and directory. */
  revive(): Promise<void>
  /** Ends the process and removes its directory. */
  stop(): Promise<void>
}

/** Starts a subject on a free port of 127.0.0.1. It goes with this process, however that ends. */
export async function startSubject(name: string): Promise<RunningSubject> {
  const directory = mkdtempSync(join(tmpdir(), "sticky-attack-"))
  let child: ChildProcess
  let gone: Promise<void>

  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  const leave = () => {
    child?.kill("SIGKILL")
    remove()
  }
  process.once("exit", leave)

  async function start(port: number): Promise<number> {
    const started = fork(new URL("./subject-process.js", import.meta.url), [name, directory, `${port}`], {
      execArgv: [],
      env: { ...process.env, NODE_ENV: "production", TMPDIR: directory },
      // What it says while it is attacked is no one's concern: it is judged by what it does.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    })
    child = started
    gone = once(started, "exit").then(() => undefined)
    started.on("error", () => undefined)
    const first = await Promise.race([once(started, "message"), gone])
    if (!first) throw new Error(`${name} did not start`)
    return first[0] as number
  }
  async function end(): Promise<void> {
    child.kill("SIGKILL")
    await gone
  }
  const port = await start(0)

  return {
    port,
    async look() {
      const asked = once(child, "message")
      if (child.connected) child.send("look")
      const answered = await Promise.race([asked, gone])
      const look = answered ? (answered[0] as SubjectLook) : { process: "gone" }
      return { ...look, files: readdirSync(directory, { recursive: true, encoding: "utf8" }) }
    },
    async revive() {
      await end()
      await start(port)
    },
    async stop() {
      process.off("exit", leave)
      await end()
      remove()
    },
  }
}
