import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A process of ours that answers questions, one at a time. */
export interface Worker {
  /** Resolves to `undefined` when there is no answer in time. Rejects with what went wrong there, or when the process ended. */
  ask<Answer>(question: unknown, limitSeconds: number): Promise<Answer | undefined>
  stop(): Promise<void>
}

/** Where the bench keeps what it makes: directories and processes. All of it goes when the bench ends, however it ends. */
export interface House {
  /** Makes an empty directory. */
  directory(): string
  start(script: "subject-process" | "load-process" | "inner-process" | "s3/s3-process", ...args: string[]): Worker
  close(): void
}

/** @param parent where to make directories. @default the system's own place for temporary ones */
export function openHouse(parent: string = tmpdir()): House {
  mkdirSync(parent, { recursive: true })
  const root = mkdtempSync(join(parent, "sticky-bench-"))
  const running = new Set<ReturnType<typeof fork>>()
  let directories = 0

  function close(): void {
    for (const child of running) child.kill("SIGKILL")
    // One that was killed may finish the write it is in.
    rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
  process.once("exit", close)

  return {
    directory() {
      directories += 1
      const path = join(root, String(directories))
      mkdirSync(path, { mode: 0o700 })
      return path
    },
    start(script, ...args) {
      const child = fork(new URL(`./${script}.js`, import.meta.url), args, {
        execArgv: [],
        env: { ...process.env, NODE_ENV: "production" },
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      })
      running.add(child)
      const ended = once(child, "exit").then(() => running.delete(child))
      // A process that ended says so by its exit; what is still sent to it is nobody's error.
      child.on("error", () => undefined)
      return {
        ask<Answer>(question: unknown, limitSeconds: number) {
          return new Promise<Answer | undefined>((resolve, reject) => {
            const settle = (act: () => void) => {
              clearTimeout(limit)
              child.off("message", read)
              child.off("exit", gone)
              act()
            }
            const read = (message: unknown) => {
              const { answer, error } = message as { answer: Answer; error?: string }
              settle(() => (error === undefined ? resolve(answer) : reject(new Error(error))))
            }
            const gone = () => settle(() => reject(new Error(`${[script, ...args].slice(0, 2).join(" ")} ended early`)))
            const limit = setTimeout(() => settle(() => resolve(undefined)), limitSeconds * 1000)
            if (child.exitCode !== null || child.signalCode !== null) return gone()
            child.on("message", read)
            child.once("exit", gone)
            child.send(question as string)
          })
        },
        async stop() {
          child.kill("SIGKILL")
          await ended
        },
      }
    },
    close() {
      process.off("exit", close)
      close()
    },
  }
}
