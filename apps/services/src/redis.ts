import { join } from "node:path"
import { need } from "./debian.js"
import { newDirectory } from "./directory.js"
import { type Program, startProgramSaying } from "./program.js"

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
  const programs = need({ "redis-server": "redis-server" })
  const directory = newDirectory("redis")
  const path = join(directory.path, "redis.sock")
  let server: Program | undefined

  async function start(): Promise<void> {
    const settings = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", directory.path]
    server = await startProgramSaying("eady to accept connections", programs["redis-server"], settings)
  }
  async function kill(): Promise<void> {
    await server?.end()
  }
  async function stop(): Promise<void> {
    await kill()
    directory.remove()
  }

  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return { path, start, kill, stop, halt: () => server?.signal("SIGSTOP"), goOn: () => server?.signal("SIGCONT") }
}
