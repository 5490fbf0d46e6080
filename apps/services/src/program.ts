import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { basename } from "node:path"
import { createInterface } from "node:readline"
import { atExit } from "./at-exit.js"
import { pathOf } from "./debian.js"

/** A program that runs beside this process, and ends with it, however that ends. */
export interface Program {
  /** Rejects when it ended, with its last words. */
  ended: Promise<never>
  signal(name: NodeJS.Signals): void
  /** Ends it, also when it is stopped. */
  end(): Promise<void>
}

interface ProgramOptions {
  /** Is told each line that it says, on either output. */
  onLine?: (line: string) => void
  /** What ends it, and all that it has started. @default "SIGKILL" */
  last?: "SIGKILL" | "SIGTERM"
  /** Beside the environment of this process. */
  env?: Readonly<Record<string, string>>
}

// Enough to see why a program did not start.
const keptLines = 20

/** The system ends it when this process is gone: who is killed can not. */
function spawnGuarded(path: string, args: string[], { last = "SIGKILL", env }: ProgramOptions = {}): ChildProcess {
  const guard = pathOf("setpriv")
  const [command = path, ...given] = [...(guard ? [guard, "--pdeathsig", last.slice(3)] : []), path, ...args]
  return spawn(command, given, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } })
}

export function startProgram(path: string, args: string[], options: ProgramOptions = {}): Program {
  const { onLine, last = "SIGKILL" } = options
  const child = spawnGuarded(path, args, options)
  const said: string[] = []
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input: input as NodeJS.ReadableStream }).on("line", (line) => {
      said.push(line)
      if (said.length > keptLines) said.shift()
      onLine?.(line)
    })
  }
  const stay = atExit(() => child.kill(last))
  const ended = once(child, "close").then(([code, signal]) => {
    stay()
    throw new Error(`${basename(path)} ended (${signal ?? code}):\n${said.join("\n")}`)
  })
  // Heard by whoever waits for it.
  ended.catch(() => undefined)
  return {
    ended,
    signal: (name) => void child.kill(name),
    async end() {
      child.kill(last)
      await ended.catch(() => undefined)
    },
  }
}

/** Starts a program and waits for words by which it says that it is ready. */
export async function startProgramSaying(
  ready: string,
  path: string,
  args: string[],
  options: Omit<ProgramOptions, "onLine"> = {},
): Promise<Program> {
  return new Promise((resolve, reject) => {
    const onLine = (line: string) => line.includes(ready) && resolve(program)
    const program = startProgram(path, args, { ...options, onLine })
    program.ended.catch(reject)
  })
}

/** Runs a program to its end and gives what it answered. */
export async function run(path: string, args: string[]): Promise<string> {
  const child = spawnGuarded(path, args)
  const [answered, complained] = [[] as Buffer[], [] as Buffer[]]
  child.stdout?.on("data", (chunk: Buffer) => answered.push(chunk))
  child.stderr?.on("data", (chunk: Buffer) => complained.push(chunk))
  const [code, signal] = await once(child, "close")
  if (code !== 0) throw new Error(`${basename(path)} failed (${signal ?? code}):\n${Buffer.concat(complained)}`)
  return Buffer.concat(answered).toString()
}
