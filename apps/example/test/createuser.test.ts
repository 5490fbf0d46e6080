import { spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { findUserByPassword } from "../src/accounts/users.js"
import { openDatabase } from "../src/database/database.js"

// Passwords are slow to hash on purpose, and slower still on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const script = fileURLToPath(new URL("../dist/createuser.js", import.meta.url))
let dataDir: string

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), "sticky-createuser-")), "data")
})

afterEach(() => rm(join(dataDir, ".."), { recursive: true }))

interface Result {
  code: number | null
  stdout: string
  stderr: string
}

function createuser(args: string[], input: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, DATA_DIR: dataDir } })
    const result: Result = { code: null, stdout: "", stderr: "" }
    child.stdout.on("data", (data) => (result.stdout += data))
    child.stderr.on("data", (data) => (result.stderr += data))
    child.on("error", reject).on("close", (code) => resolve({ ...result, code }))
    // A command that refuses its arguments does not read the password.
    child.stdin.on("error", () => {}).end(input)
  })
}

async function find(name: string, password: string) {
  const database = await openDatabase(dataDir)
  try {
    return await findUserByPassword(database, name, password)
  } finally {
    database.close()
  }
}

describe("createuser", () => {
  it("creates an account with the password of one line", async () => {
    expect(await createuser(["ann"], "correct horse\n")).toEqual({
      code: 0,
      stdout: "Created the account ann.\n",
      stderr: "",
    })
    expect(await find("ann", "correct horse")).toMatchObject({ name: "ann", isAdmin: false })
  })

  it("creates an admin with the same password on two lines, spaces kept", async () => {
    const { code, stdout } = await createuser(["--admin", "花子"], " pass word \r\n pass word ")
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Created the admin account 花子.\n" })
    expect(await find("花子", " pass word ")).toMatchObject({ isAdmin: true })
  })

  it("refuses a name that is taken and keeps the old password", async () => {
    await createuser(["ann"], "old\n")
    const { code, stderr } = await createuser(["Ann"], "new\n")
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'There is already an account named "Ann".\n' })
    expect(await find("ann", "old")).not.toBeNull()
  })

  it.each([
    ["an empty password", ["ann"], "\n", 1, "The password must not be empty.\n"],
    ["no password", ["ann"], "", 1, "The password must not be empty.\n"],
    ["two passwords", ["ann"], "one\ntwo\n", 1, "The two passwords are not the same.\n"],
    ["an empty name", [""], "secret\n", 1, "The name must not be empty.\n"],
    ["no name", [], "", 2, "Give one name.\nUsage: createuser NAME [--admin]\n"],
    ["two names", ["ann", "bob"], "", 2, "Give one name.\nUsage: createuser NAME [--admin]\n"],
  ])("refuses %s", async (_what, args, input, code, stderr) => {
    expect(await createuser(args, input)).toEqual({ code, stdout: "", stderr })
    expect(await find("ann", input.trim())).toBeNull()
  })

  it("explains an option it does not know", async () => {
    const { code, stderr } = await createuser(["ann", "--root"], "")
    expect(code).toBe(2)
    expect(stderr).toContain("--root")
    expect(stderr).toContain("Usage: createuser NAME [--admin]")
  })
})
