import { createHash } from "node:crypto"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { need } from "./debian.js"
import { newDirectory } from "./directory.js"
import { freePort } from "./free-port.js"
import { startProgramSaying } from "./program.js"

/** Part of a file for which our signature stands; no virus of anybody's. */
export const infection = "STICKY-UPLOADS-TEST-INFECTION"
export const signature = "Sticky.Test.Infection.UNOFFICIAL"

/** A whole file for whose hash another signature stands. */
export const knownFile = "a file that is known by its hash alone, and harmless\n"
export const knownSignature = "Sticky.Test.Known.UNOFFICIAL"

export interface Clamd {
  path: string
  port: number
  /** From now on it takes connections, and answers none. */
  halt(): void
  /** Ends it as a crash does. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Starts a real clamd with signatures of our own alone. It takes a tenth of a second; a database of viruses takes a minute. */
export async function startClamd(settings: Readonly<Record<string, string>> = {}): Promise<Clamd> {
  const { clamd } = need({ clamd: "clamav-daemon" })
  const directory = newDirectory("clamd")
  const at = (name: string) => join(directory.path, name)
  const [path, port] = [at("clamd.sock"), await freePort()]
  await mkdir(at("database"))
  const hex = Buffer.from(infection).toString("hex")
  await writeFile(at("database/test.ndb"), `Sticky.Test.Infection:0:*:${hex}\n`)
  const hash = createHash("sha256").update(knownFile).digest("hex")
  await writeFile(at("database/test.hsb"), `${hash}:${knownFile.length}:Sticky.Test.Known\n`)
  const lines = Object.entries({
    DatabaseDirectory: at("database"),
    TemporaryDirectory: directory.path,
    LocalSocket: path,
    TCPSocket: `${port}`,
    TCPAddr: "127.0.0.1",
    Foreground: "yes",
    ...(process.getuid?.() === 0 ? { User: "root" } : {}),
    ...settings,
  })
  await writeFile(at("clamd.conf"), lines.map(([key, value]) => `${key} ${value}\n`).join(""))

  try {
    // Its last word before it takes connections.
    const server = await startProgramSaying("Self checking", clamd, ["--config-file", at("clamd.conf")])
    return {
      path,
      port,
      halt: () => server.signal("SIGSTOP"),
      kill: server.end,
      async stop() {
        await server.end()
        directory.remove()
      },
    }
  } catch (error) {
    directory.remove()
    throw error
  }
}
