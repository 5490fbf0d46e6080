import { createHash, randomBytes } from "node:crypto"
import type { Database } from "../database/database.js"
import type { User } from "./users.js"

/** How long a login lasts: 7 days. */
export const sessionSeconds = 7 * 24 * 60 * 60

/** Opens a session and gives its id, 256 random bits that only the cookie ever holds. */
export async function createSession(database: Database, user: User): Promise<string> {
  const id = randomBytes(32).toString("base64url")
  await database.batch(
    [
      { sql: "DELETE FROM sessions WHERE expires_at <= ?", args: [now()] },
      {
        sql: "INSERT INTO sessions (id_hash, user_id, expires_at) VALUES (?, ?, ?)",
        args: [hashId(id), user.id, now() + sessionSeconds],
      },
    ],
    "write",
  )
  return id
}

/** Gives the user of a session that is still open, else null. */
export async function findSessionUser(database: Database, id: string): Promise<User | null> {
  const { rows } = await database.execute({
    sql: `SELECT users.id, users.name, users.is_admin FROM sessions JOIN users ON users.id = sessions.user_id
      WHERE sessions.id_hash = ? AND sessions.expires_at > ?`,
    args: [hashId(id), now()],
  })
  const row = rows[0]
  return row === undefined ? null : { id: String(row.id), name: String(row.name), isAdmin: row.is_admin === 1 }
}

/** Ends a session; an unknown id is no error. */
export async function endSession(database: Database, id: string): Promise<void> {
  await database.execute({ sql: "DELETE FROM sessions WHERE id_hash = ?", args: [hashId(id)] })
}

/** The id has 256 bits of its own, so one fast hash is enough: a stolen database opens no session. */
function hashId(id: string): string {
  return createHash("sha256").update(id).digest("base64url")
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
