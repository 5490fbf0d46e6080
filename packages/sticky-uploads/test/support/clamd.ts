import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { programOf } from "./debian.js"

/** Part of a file for which our signature stands; no virus of anybody's. */
export const infection = "STICKY-UPLOADS-TEST-INFECTION"
export const signature = "Sticky.Test.Infection.UNOFFICIAL"

/** A whole file for whose hash another signature stands. */
export const knownFile = "a file that is known by its hash alone, and harmless\n"
export const knownSignature = "Sticky.Test.Known.UNOFFICIAL"

export interface Clamd {
  path: string
  port: number
  /** Lets it take connections, and answer none. */
  freeze(): void
  /** Ends it as a crash does. */
  kill(): Promise<void>
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

/** Starts a real clamd with signatures of our own alone. It takes a tenth of a second; a database of viruses takes a minute. */
export async function startClamd(settings: Readonly<Record<string, string>> = {}): Promise<Clamd> {
  const program = programOf("clamd", "clamav-daemon")
  const directory = await mkdtemp(join(tmpdir(), "sticky-clamd-"))
  const database = join(directory, "database")
  const path = join(directory, "clamd.sock")
  const port = await freePort()
  await mkdir(database)
  const hex = Buffer.from(infection).toString("hex")
  await writeFile(join(database, "test.ndb"), `Sticky.Test.Infection:0:*:${hex}\n`)
  const hash = createHash("sha256").update(knownFile).digest("hex")
  await writeFile(join(database, "test.hsb"), `${hash}:${knownFile.length}:Sticky.Test.Known\n`)
  const lines = Object.entries({
    DatabaseDirectory: database,
    TemporaryDirectory: directory,
    LocalSocket: path,
    TCPSocket: `${port}`,
    TCPAddr: "127.0.0.1",
    Foreground: "yes",
    ...(process.getuid?.() === 0 ? { User: "root" } : {}),
    ...settings,
  })
  const config = join(directory, "clamd.conf")
  await writeFile(config, lines.map(([key, value]) => `${key} ${value}\n`).join(""))

  const child = spawn(program, ["--config-file", config], { stdio: ["ignore", "pipe", "pipe"] })
  const exited = once(child, "exit")
  const said: string[] = []
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line))
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      said.push(line)
      // Its last word before it takes connections.
      if (line.startsWith("Self checking")) resolve()
    })
    void exited.then(() => reject(new Error(`clamd did not start:\n${said.join("\n")}`)))
  })

  async function end(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal)
    await exited
  }
  return {
    path,
    port,
    freeze: () => void child.kill("SIGSTOP"),
    kill: () => end("SIGKILL"),
    async stop() {
      // What is frozen hears no other.
      await end("SIGKILL")
      await rm(directory, { recursive: true, force: true })
    },
  }
}
