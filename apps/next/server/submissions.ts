import { randomUUID } from "node:crypto"
import { appendFile, mkdir, readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Stored } from "sticky-uploads/server"
import { dataDir } from "./settings"

export interface Submission {
  id: string
  visitor: string
  title: string
  upload: Stored
  attachments: Stored[]
}

// One line each: a database would do better, and needs installing.
const path = () => join(dataDir(), "submissions.jsonl")

export async function insertSubmission(submission: Omit<Submission, "id">): Promise<string> {
  const id = randomUUID()
  await mkdir(dirname(path()), { recursive: true })
  await appendFile(path(), `${JSON.stringify({ id, ...submission })}\n`)
  return id
}

/** Lists what one visitor has saved, newest first. */
export async function listSubmissions(visitor: string): Promise<Submission[]> {
  const lines = await readFile(path(), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return ""
    throw error
  })
  const all = lines.split("\n").filter(Boolean)
  return all
    .map((line): Submission => JSON.parse(line))
    .filter((each) => each.visitor === visitor)
    .reverse()
}
