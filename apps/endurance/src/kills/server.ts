import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { SweepResult } from "sticky-uploads/server"

export interface ServerOptions {
  directory: string
  /** The step at which the server kills itself; 0 for none. */
  killAt: number
}

/** What a sweep removed where files wait, and where they stay. */
export interface Swept {
  staged: SweepResult
  promoted: SweepResult
}

export const stagedOf = (directory: string) => join(directory, "staged")
export const uploadsOf = (directory: string) => join(directory, "uploads")
export const journalOf = (directory: string) => join(directory, "rows.jsonl")

/** A submit whose note begins so is refused after its file was promoted. */
export const refusedNote = "refused"

/** A server as a process of its own. */
export interface Server {
  url: string
  /** Ends it by SIGKILL, unless it has ended itself. */
  kill(): void
  /** Resolves when the process is gone. */
  gone: Promise<void>
  sweep(): Promise<Swept>
}

const program = fileURLToPath(new URL("./server-process.js", import.meta.url))

export async function startServer(options: ServerOptions): Promise<Server> {
  const child: ChildProcess = fork(program, [JSON.stringify(options)], { execArgv: [] })
  const gone = once(child, "exit").then(() => undefined)
  const told = once(child, "message")
  const first = await Promise.race([told, gone])
  if (!first) throw new Error("the server ended before it listened")
  return {
    url: `http://127.0.0.1:${first[0]}`,
    kill: () => void child.kill("SIGKILL"),
    gone,
    async sweep() {
      const swept = once(child, "message")
      child.send("sweep")
      return (await swept)[0] as Swept
    },
  }
}
