import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Site } from "./site.js"

export interface BuiltSite extends Site {
  /** What the server said until it was ready. */
  said: string[]
}

/** Starts the built server as people do: a process of its own, told by its environment. */
export async function startBuiltSite(): Promise<BuiltSite> {
  const dataDir = await mkdtemp(join(tmpdir(), "sticky-built-"))
  const script = fileURLToPath(new URL("../../dist/server.js", import.meta.url))
  const server = spawn(process.execPath, [script], {
    env: { ...process.env, PORT: "0", DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const said: string[] = []
  for await (const line of createInterface({ input: server.stdout })) {
    said.push(line)
    if (line.startsWith("sticky-uploads example: ")) break
  }
  const url = said.at(-1)?.slice("sticky-uploads example: ".length) ?? ""
  return { url, dataDir, said, stop: () => stop(server, dataDir) }
}

async function stop(server: ChildProcess, dataDir: string): Promise<void> {
  const ended = once(server, "exit")
  server.kill("SIGTERM")
  const [code] = await ended
  await rm(dataDir, { recursive: true })
  if (code !== 0) throw new Error(`the server ended with code ${code}`)
}
