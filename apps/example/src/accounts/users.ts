import { randomUUID } from "node:crypto"
import type { Database } from "../database/database.js"
import { hashPassword, nobodysHash, verifyPassword } from "./password.js"

export interface User {
  id: string
  name: string
  isAdmin: boolean
}

/** A refusal to create an account; the message is meant for the person who asked. */
export class AccountError extends Error {
  override name = "AccountError"
}

/** Creates an account, or throws an `AccountError` that says why not. */
export async function createUser(
  database: Database,
  account: { name: string; password: string; isAdmin: boolean },
): Promise<User> {
  const name = await checkNewName(database, account.name)
  if (account.password === "") throw new AccountError("The password must not be empty.")
  const user = { id: randomUUID(), name, isAdmin: account.isAdmin }
  const { rowsAffected } = await database.execute({
    sql: "INSERT INTO users (id, name, password, is_admin) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
    args: [user.id, user.name, await hashPassword(account.password), user.isAdmin ? 1 : 0],
  })
  if (rowsAffected === 0) throw nameTaken(name)
  return user
}

/** Throws an `AccountError` for a name nobody may have or somebody has; else gives it as it will be kept. */
export async function checkNewName(database: Database, value: string): Promise<string> {
  const name = asKept(value)
  if (name === "") throw new AccountError("The name must not be empty.")
  if (!/^[\p{L}\p{M}\p{N}._@+-]{1,64}$/u.test(name)) {
    throw new AccountError("A name is up to 64 letters, digits and the signs . _ @ + - without spaces.")
  }
  const { rows } = await database.execute({ sql: "SELECT 1 FROM users WHERE name = ?", args: [name] })
  if (rows.length > 0) throw nameTaken(name)
  return name
}

/** Gives the user this name and password belong to, or null; an unknown name takes as long as a wrong password. */
export async function findUserByPassword(database: Database, name: string, password: string): Promise<User | null> {
  const { rows } = await database.execute({
    sql: "SELECT id, name, password, is_admin FROM users WHERE name = ?",
    args: [asKept(name)],
  })
  const row = rows[0]
  const matches = await verifyPassword(password, row === undefined ? nobodysHash : String(row.password))
  if (row === undefined || !matches) return null
  return { id: String(row.id), name: String(row.name), isAdmin: row.is_admin === 1 }
}

/**
 * Creates `demo`/`demo` and `admin`/`admin` at the first start on a database, and gives the names it created. Later
 * starts leave the accounts alone, also when these two were removed.
 */
export async function createFirstUsers(database: Database): Promise<string[]> {
  const { rows } = await database.execute("PRAGMA user_version")
  if (rows[0]?.user_version !== 0) return []
  const created: string[] = []
  for (const name of ["demo", "admin"]) {
    try {
      await createUser(database, { name, password: name, isAdmin: name === "admin" })
      created.push(name)
    } catch (error) {
      // `createuser` may have been there first.
      if (!(error instanceof AccountError)) throw error
    }
  }
  await database.execute("PRAGMA user_version = 1")
  return created
}

function nameTaken(name: string): AccountError {
  return new AccountError(`There is already an account named "${name}".`)
}

/** One spelling of a name, so that what looks the same is the same. */
function asKept(name: string): string {
  return name.normalize("NFKC").trim()
}
