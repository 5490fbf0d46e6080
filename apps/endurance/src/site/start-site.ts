import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { StickyOptions } from "sticky-uploads/server"
import { directoriesOf } from "./places.js"
import type { Person } from "./site.js"
import type { Look } from "./site-process.js"

/** What can be said to another process. */
export type SiteOptions = Pick<
  Partial<StickyOptions<Person>>,
  "quotas" | "idleSeconds" | "sweepEverySeconds" | "expiresInSeconds"
>

/** A site in a process of its own. */
export interface Site {
  readonly port: number
  readonly stagedDirectory: string
  readonly keptDirectory: string
  /** Rejects when the process is gone. */
  look(): Promise<Look>
  isAlive(): boolean
  /** Ends the process and removes its directory. */
  stop(): Promise<void>
}

/** Starts a site on a free port of 127.0.0.1. It goes with this process, however that ends. */
export async function startSite(options: SiteOptions): Promise<Site> {
  const directory = mkdtempSync(join(tmpdir(), "sticky-endurance-"))
  const { staged, kept } = directoriesOf(directory)
  // Made now, so that whoever looks finds them empty rather than missing.
  for (const each of [staged, kept]) mkdirSync(each, { mode: 0o700 })
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  const child = fork(new URL("./site-process.js", import.meta.url), [directory, JSON.stringify(options)], {
    execArgv: [],
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  })
  const leave = () => {
    child.kill("SIGKILL")
    remove()
  }
  process.once("exit", leave)
  const gone = once(child, "exit").then(([code, signal]) => {
    throw new Error(`the site's process ended: ${signal ?? code}`)
  })
  // Told to whoever asks next.
  gone.catch(() => undefined)
  const answer = async <T>() => (await Promise.race([once(child, "message"), gone]))[0] as T
  const port = await answer<number>()
  return {
    port,
    stagedDirectory: staged,
    keptDirectory: kept,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async look() {
      const answered = answer<Look>()
      if (child.connected) child.send("look")
      return answered
    },
    async stop() {
      process.off("exit", leave)
      child.kill("SIGKILL")
      await gone.catch(() => undefined)
      remove()
    },
  }
}
