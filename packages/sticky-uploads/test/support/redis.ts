import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { programOf } from "./debian.js"

export interface RedisServer {
  /** Its socket, the same one after each start. */
  path: string
  /** Ends it as a crash does. */
  kill(): Promise<void>
  /** Starts it anew, empty. */
  start(): Promise<void>
  /** From now on it takes connections and commands, and answers none, until it goes on. */
  halt(): void
  goOn(): void
  stop(): Promise<void>
}

/** Starts a real Redis, which keeps nothing on disk. */
export async function startRedis(): Promise<RedisServer> {
  const program = programOf("redis-server", "redis-server")
  const directory = await mkdtemp(join(tmpdir(), "sticky-redis-"))
  const path = join(directory, "redis.sock")
  let end: (signal: NodeJS.Signals) => Promise<unknown>
  let signal: (signal: NodeJS.Signals) => void

  async function start(): Promise<void> {
    const settings = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", directory]
    const child = spawn(program, settings, { stdio: ["ignore", "pipe", "inherit"] })
    const exited = once(child, "exit")
    const said: string[] = []
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        said.push(line)
        if (line.includes("eady to accept connections")) resolve()
      })
      void exited.then(() => reject(new Error(`redis-server did not start:\n${said.join("\n")}`)))
    })
    signal = (name) => void child.kill(name)
    end = (name) => {
      child.kill(name)
      return exited
    }
  }

  await start()
  return {
    path,
    start,
    async kill() {
      await end("SIGKILL")
    },
    halt: () => signal("SIGSTOP"),
    goOn: () => signal("SIGCONT"),
    async stop() {
      await end("SIGKILL")
      await rm(directory, { recursive: true, force: true })
    },
  }
}
