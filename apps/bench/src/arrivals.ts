import { createHash } from "node:crypto"
import { createReadStream, readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { type BodyKind, contentOf } from "./bodies/content.js"

interface Expected {
  kind: BodyKind
  fileBytes: number
  uploads: number
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

/** Says what is missing of the files that were uploaded: a subject that loses bytes has not done the work it is measured by. */
export function missingFiles(directory: string, { fileBytes, uploads }: Expected): string | undefined {
  const { length } = filesOf(directory, fileBytes)
  return length === uploads ? undefined : `${length} of ${uploads} files of ${fileBytes} bytes arrived`
}

/** Says what is missing or not, byte for byte, what was sent. */
export async function spoiltFiles(directory: string, expected: Expected): Promise<string | undefined> {
  const wanted = createHash("sha256")
  for (const piece of contentOf(expected.kind, expected.fileBytes)) wanted.update(piece)
  const sha256 = wanted.digest("hex")
  for (const path of filesOf(directory, expected.fileBytes)) {
    const found = createHash("sha256")
    await pipeline(createReadStream(path), found)
    if (found.digest("hex") !== sha256) return "a file arrived with other bytes"
  }
  return missingFiles(directory, expected)
}

export function emptyDirectory(directory: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, maxRetries: 20 })
}
