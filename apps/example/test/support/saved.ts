import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { openDatabase } from "../../src/database/database.js"
import { listSubmissions, type Submission } from "../../src/database/submissions.js"
import type { Site } from "./site.js"

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** The SHA-256 of every file in the uploads directory, read from the disk itself. */
export async function savedHashes({ dataDir }: Site): Promise<string[]> {
  const directory = join(dataDir, "uploads")
  const names = await readdir(directory).catch(() => [])
  return Promise.all(names.map(async (name) => sha256(await readFile(join(directory, name)))))
}

/** The rows of the database, newest first, by a connection of its own. */
export async function savedRows({ dataDir }: Site): Promise<Submission[]> {
  const database = await openDatabase(dataDir)
  try {
    return await listSubmissions(database)
  } finally {
    database.close()
  }
}
