import { createHash } from "node:crypto"
import { createReadStream, readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { type BodyKind, contentOf } from "./bodies/content.js"

export interface Expected {
  kind: BodyKind
  fileBytes: number
  uploads: number
}

/** Where a subject puts what is uploaded to it. */
export interface Arrivals {
  /** Says what is missing of the files that were uploaded: a subject that loses bytes has not done the work it is measured by. */
  missing(expected: Expected): Promise<string | undefined>
  /** Says what is missing or not, byte for byte, what was sent. */
  spoilt(expected: Expected): Promise<string | undefined>
  empty(): Promise<void>
}

/** The files of the right size under a directory. Peers may keep notes beside them. */
function filesOf(directory: string, fileBytes: number): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" })
  const paths = names.map((name) => join(directory, name))
  return paths.filter((path) => {
    const found = statSync(path)
    return found.isFile() && found.size === fileBytes
  })
}

/** Compares how many files of the right size there are with how many were uploaded. */
export function missingOf(found: number, { fileBytes, uploads }: Expected): string | undefined {
  return found === uploads ? undefined : `${found} of ${uploads} files of ${fileBytes} bytes arrived`
}

/** Compares the bytes of files that were uploaded with those that were sent. */
export async function spoiltOf(found: Iterable<Readable>, { kind, fileBytes }: Expected): Promise<string | undefined> {
  const wanted = createHash("sha256")
  for (const piece of contentOf(kind, fileBytes)) wanted.update(piece)
  const sha256 = wanted.digest("hex")
  for (const file of found) {
    const hash = createHash("sha256")
    await pipeline(file, hash)
    if (hash.digest("hex") !== sha256) return "a file arrived with other bytes"
  }
  return undefined
}

/** The arrivals of who keeps files in a directory, and under it. */
export function arrivalsIn(directory: string): Arrivals {
  const arrivals: Arrivals = {
    missing: async (expected) => missingOf(filesOf(directory, expected.fileBytes).length, expected),
    async spoilt(expected) {
      const files = filesOf(directory, expected.fileBytes)
      return (await spoiltOf(opened(files), expected)) ?? arrivals.missing(expected)
    },
    async empty() {
      for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, maxRetries: 20 })
    },
  }
  return arrivals
}

function* opened(paths: readonly string[]): Generator<Readable> {
  for (const path of paths) yield createReadStream(path)
}
