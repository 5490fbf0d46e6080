import { randomUUID } from "node:crypto"
import type { Row } from "@libsql/client/sqlite3"
import type { Stored } from "sticky-uploads/server"
import type { Database } from "./database.js"

export interface Submission {
  id: string
  userId: string
  userName: string
  title: string
  upload: Stored
  attachments: Stored[]
  /** Milliseconds since the epoch. */
  createdAt: number
}

/** Keeps one submission with its files, all or nothing, and gives its id. */
export async function insertSubmission(
  database: Database,
  { userId, title, upload, attachments }: Pick<Submission, "userId" | "title" | "upload" | "attachments">,
): Promise<string> {
  const id = randomUUID()
  await database.batch(
    [
      {
        sql: `INSERT INTO uploads (id, user_id, title, storage, key, name, size, type, created_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        args: [id, userId, title, ...columns(upload), Date.now()],
      },
      ...attachments.map((file, position) => attachmentOf(id, file, position)),
    ],
    "write",
  )
  return id
}

/** Saves a submission anew, unless its files are not those of `before` any more; tells whether it did. */
export async function updateSubmission(
  database: Database,
  before: Submission,
  { title, upload, attachments }: Pick<Submission, "title" | "upload" | "attachments">,
): Promise<boolean> {
  const { id } = before
  const transaction = await database.transaction("write")
  try {
    const { rowsAffected } = await transaction.execute({
      sql: `UPDATE uploads SET title = ?, storage = ?, key = ?, name = ?, size = ?, type = ? WHERE id = ? AND key = ? AND (
          SELECT coalesce(group_concat(key, ' '), '')
          FROM (SELECT key FROM attachments WHERE upload_id = uploads.id ORDER BY position)
        ) = ?`,
      args: [title, ...columns(upload), id, before.upload.key, before.attachments.map(({ key }) => key).join(" ")],
    })
    if (rowsAffected === 0) return false
    await transaction.batch([
      { sql: "DELETE FROM attachments WHERE upload_id = ?", args: [id] },
      ...attachments.map((file, position) => attachmentOf(id, file, position)),
    ])
    await transaction.commit()
    return true
  } finally {
    transaction.close()
  }
}

const columns = ({ storage, key, name, size, type }: Stored) => [storage, key, name, size, type]

const attachmentOf = (id: string, file: Stored, position: number) => ({
  sql: "INSERT INTO attachments (upload_id, position, storage, key, name, size, type) VALUES (?, ?, ?, ?, ?, ?, ?)",
  args: [id, position, ...columns(file)],
})

/** Lists submissions, newest first: one user's, or everyone's where no user is given. */
export function listSubmissions(database: Database, userId?: string): Promise<Submission[]> {
  return userId === undefined ? select(database, "1", []) : select(database, "uploads.user_id = ?", [userId])
}

/** Gives one submission, or undefined. */
export async function findSubmission(database: Database, id: string): Promise<Submission | undefined> {
  return (await select(database, "uploads.id = ?", [id]))[0]
}

async function select(database: Database, where: string, args: string[]): Promise<Submission[]> {
  const [uploads, attachments] = await database.batch(
    [
      {
        sql: `SELECT uploads.*, users.name AS user_name FROM uploads JOIN users ON users.id = uploads.user_id
          WHERE ${where} ORDER BY uploads.created_at DESC, uploads.rowid DESC LIMIT 500`,
        args,
      },
      {
        sql: `SELECT attachments.* FROM attachments JOIN uploads ON uploads.id = attachments.upload_id
          WHERE ${where} ORDER BY attachments.upload_id, attachments.position`,
        args,
      },
    ],
    "read",
  )
  const filesOf = new Map<unknown, Stored[]>()
  for (const row of attachments?.rows ?? [])
    filesOf.set(row.upload_id, [...(filesOf.get(row.upload_id) ?? []), storedFrom(row)])
  return (uploads?.rows ?? []).map((row) => ({
    id: String(row.id),
    userId: String(row.user_id),
    userName: String(row.user_name),
    title: String(row.title),
    upload: storedFrom(row),
    attachments: filesOf.get(row.id) ?? [],
    createdAt: Number(row.created_at),
  }))
}

function storedFrom(row: Row): Stored {
  return {
    storage: String(row.storage),
    key: String(row.key),
    name: String(row.name),
    size: Number(row.size),
    type: String(row.type),
  }
}
