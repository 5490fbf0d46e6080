import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { readdir, utimes } from "node:fs/promises"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { type Row, rowsIn } from "./journal.js"
import { stagedKeyOf, type Told } from "./ledger.js"
import { journalOf, stagedOf, uploadsOf } from "./server.js"

/** How what is on the disk agrees with what the clients were told. */
export interface Findings {
  /** Sentences, one for each thing that must not be. */
  violations: string[]
  /** Files whose row is there, and whose token is good as if it were not. */
  unended: Told[]
}

const filesIn = (directory: string) => readdir(directory).catch(() => [])

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256")
  await pipeline(createReadStream(path), hash)
  return hash.digest("hex")
}

/** Holds the files and rows of a server that is not running against what its clients were told. */
export async function check(directory: string, told: Iterable<Told>): Promise<Findings> {
  const staged = new Set(await filesIn(stagedOf(directory)))
  const rows = await rowsIn(journalOf(directory))
  const findings: Findings = { violations: [], unended: [] }
  const { violations } = findings

  async function holds(path: string, sha256: string | undefined, what: string): Promise<void> {
    const found = await sha256Of(path).catch(() => undefined)
    if (found === undefined) violations.push(`${what} is gone`)
    else if (found !== sha256) violations.push(`${what} is not what was sent`)
  }

  const rowOf = new Map<string, Row>()
  for (const row of rows) {
    const { note, key, sha256 } = row
    if (rowOf.has(note)) violations.push(`"${note}" has two rows`)
    rowOf.set(note, row)
    await holds(join(uploadsOf(directory), key), sha256, `the file of the row "${note}"`)
  }
  for (const file of told) {
    const { note, sha256, token, fate } = file
    const row = rowOf.get(note)
    if (row && row.sha256 !== sha256) violations.push(`the row of "${note}" has another file`)
    if (fate === "accepted" || token === undefined) {
      if (!row) violations.push(`"${note}" was accepted and has no row`)
      continue
    }
    const key = stagedKeyOf(token)
    if (row && !staged.has(key)) {
      if (!staged.has(`${key}.claim-1`)) violations.push(`the token of "${note}" does not look used`)
      continue
    }
    if (row) findings.unended.push(file)
    await holds(join(stagedOf(directory), key), sha256, `the staged file of "${note}"`)
  }
  return findings
}

/** The files that nobody owns; after a sweep there are none. */
export async function unowned(directory: string): Promise<string[]> {
  const owned = new Set((await rowsIn(journalOf(directory))).map(({ key }) => key))
  const kept = await filesIn(uploadsOf(directory))
  return [...(await filesIn(stagedOf(directory))), ...kept.filter((name) => !owned.has(name))]
}

/** Makes files as old as if so many seconds had passed. */
export async function age(directory: string, seconds: number, isMeant = (_name: string) => true): Promise<void> {
  const then = Date.now() / 1000 - seconds
  for (const name of await filesIn(directory)) {
    if (isMeant(name)) await utimes(join(directory, name), then, then)
  }
}
