import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createMemoryStorage, type Storage } from "sticky-uploads/server"
import { describe, expect, it, onTestFinished } from "vitest"
import { check, unowned } from "./check.js"
import type { Form } from "./ledger.js"
import { openRows } from "./rows.js"

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex")

async function keep(storage: Storage, key: string, text: string): Promise<void> {
  async function* content() {
    yield Buffer.from(text)
  }
  await storage.write(key, content())
}

async function filledIn() {
  const directory = await mkdtemp(join(tmpdir(), "sticky-rows-"))
  onTestFinished(() => rm(directory, { recursive: true }))
  const storages = { staged: createMemoryStorage(), uploads: createMemoryStorage() }
  const rows = await openRows(directory)
  const insert = (title: string, id: string, key: string, sha256: string) =>
    rows.insert({ title, id, key, sha256, storage: "memory", name: "a", size: 1, type: "" })
  const forms: Form[] = ["one", "other"].map((title) => {
    const rest = { bytes: undefined, way: "call", token: undefined, takenBy: undefined, isUnsure: false } as const
    return { title, sha256: hashOf(title), ...rest }
  })
  await keep(storages.uploads, "key-one", "one")
  await insert("one", "id-one", "key-one", hashOf("one"))
  return { storages, rows, insert, forms, found: () => check(forms, rows, storages) }
}

describe("check", () => {
  it("finds a form without a row, one whose file is another or gone, and one with two rows", async () => {
    const { storages, insert, found } = await filledIn()
    expect(await found()).toEqual(['"other" has no row'])
    await insert("other", "id-other", "key-other", hashOf("other"))
    expect(await found()).toEqual([expect.stringMatching(/^the file of "other" is not there/)])
    await keep(storages.uploads, "key-other", "one")
    expect(await found()).toEqual([`the file of "other" is ${hashOf("one")}`])
    await storages.uploads.remove("key-other")
    await keep(storages.uploads, "key-other", "other")
    expect(await found()).toEqual([])
    await insert("other", "id-again", "key-other", hashOf("other"))
    expect(await found()).toEqual(['"other" has two rows'])
  })
})

describe("unowned", () => {
  it("finds files that wait and copies without a row, and leaves the sweepers their turn", async () => {
    const { storages, rows } = await filledIn()
    await keep(storages.staged, "staged.sweep.1", "")
    expect(await unowned(rows, storages)).toEqual([])
    await keep(storages.staged, "staged.a", "a")
    await keep(storages.uploads, "key-b", "b")
    expect(await unowned(rows, storages)).toEqual(["staged.a", "key-b"])
  })
})

describe("openRows", () => {
  it("takes no second row of an id", async () => {
    const { insert } = await filledIn()
    await expect(insert("again", "id-one", "key", hashOf("again"))).rejects.toMatchObject({ code: "EEXIST" })
  })
})
