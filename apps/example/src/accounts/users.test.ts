import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { type Database, openDatabase } from "../database/database.js"
import { createSession, endSession, findSessionUser } from "./sessions.js"
import { AccountError, createFirstUsers, createUser, findUserByPassword } from "./users.js"

// Passwords are slow to hash on purpose, and slower still on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let directory: string
let database: Database

beforeEach(async () => {
  // A name that has to be escaped in a file: address.
  directory = await mkdtemp(join(tmpdir(), "example data #100%-"))
  database = await openDatabase(directory)
})

afterEach(async () => {
  database.close()
  await rm(directory, { recursive: true })
})

const ann = { name: "ann", password: "correct horse", isAdmin: false }

describe("createUser", () => {
  it("lets the account log in with its password only", async () => {
    const user = await createUser(database, ann)
    expect(await findUserByPassword(database, "ann", "correct horse")).toEqual(user)
    expect(await findUserByPassword(database, "ann", "Correct horse")).toBeNull()
    expect(await findUserByPassword(database, "bob", "correct horse")).toBeNull()
  })

  it("keeps no password and gives equal passwords different hashes", async () => {
    await createUser(database, ann)
    await createUser(database, { ...ann, name: "bob" })
    const { rows } = await database.execute("SELECT password FROM users")
    const hashes = rows.map((row) => String(row.password))
    expect(hashes).toHaveLength(2)
    expect(hashes[0]).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/)
    expect(hashes[0]).not.toBe(hashes[1])
  })

  it.each([
    ["a name that is taken", { ...ann, name: "ANN" }, 'There is already an account named "ANN".'],
    ["an empty name", { ...ann, name: "  " }, "The name must not be empty."],
    ["a name with a space in it", { ...ann, name: "an n" }, /without spaces/],
    ["an empty password", { ...ann, name: "bob", password: "" }, "The password must not be empty."],
  ])("refuses %s", async (_what, account, message) => {
    await createUser(database, ann)
    const refused = createUser(database, account)
    await expect(refused).rejects.toThrow(AccountError)
    await expect(refused).rejects.toThrow(message)
  })

  it("gives a name to one of two who ask at once", async () => {
    const results = await Promise.allSettled([createUser(database, ann), createUser(database, ann)])
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"])
  })
})

describe("createFirstUsers", () => {
  it("creates demo and admin once, and does not bring them back", async () => {
    expect(await createFirstUsers(database)).toEqual(["demo", "admin"])
    expect(await findUserByPassword(database, "admin", "admin")).toMatchObject({ isAdmin: true })
    expect(await findUserByPassword(database, "demo", "demo")).toMatchObject({ isAdmin: false })
    await database.execute("DELETE FROM users WHERE name = 'demo'")
    expect(await createFirstUsers(database)).toEqual([])
    expect(await findUserByPassword(database, "demo", "demo")).toBeNull()
  })

  it("leaves alone a demo that createuser made before the first start", async () => {
    await createUser(database, { ...ann, name: "demo" })
    expect(await createFirstUsers(database)).toEqual(["admin"])
    expect(await findUserByPassword(database, "demo", "demo")).toBeNull()
  })
})

describe("sessions", () => {
  it("belong to their user until they are ended", async () => {
    const user = await createUser(database, ann)
    const id = await createSession(database, user)
    expect(await findSessionUser(database, id)).toEqual(user)
    await endSession(database, id)
    expect(await findSessionUser(database, id)).toBeNull()
  })

  it("are over after seven days", async () => {
    const id = await createSession(database, await createUser(database, ann))
    const { rows } = await database.execute("SELECT expires_at - unixepoch() AS seconds FROM sessions")
    expect(Number(rows[0]?.seconds)).toBeGreaterThan(7 * 86_400 - 60)
    expect(Number(rows[0]?.seconds)).toBeLessThanOrEqual(7 * 86_400)
    await database.execute("UPDATE sessions SET expires_at = unixepoch()")
    expect(await findSessionUser(database, id)).toBeNull()
  })

  it("cannot be opened with what the database holds", async () => {
    const id = await createSession(database, await createUser(database, ann))
    const { rows } = await database.execute("SELECT id_hash FROM sessions")
    const hash = String(rows[0]?.id_hash)
    expect(hash).not.toBe(id)
    expect(await findSessionUser(database, hash)).toBeNull()
  })

  it("end with their account", async () => {
    const user = await createUser(database, ann)
    const id = await createSession(database, user)
    await database.execute({ sql: "DELETE FROM users WHERE id = ?", args: [user.id] })
    expect(await findSessionUser(database, id)).toBeNull()
    expect((await database.execute("SELECT 1 FROM sessions")).rows).toHaveLength(0)
  })
})
