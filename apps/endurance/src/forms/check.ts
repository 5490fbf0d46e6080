import { createHash } from "node:crypto"
import { createSticky, type Storage, sweepPromoted } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { aged, type Storages } from "./ground.js"
import type { Form } from "./ledger.js"
import type { Row, Rows } from "./rows.js"

/** What the sweeps found. */
export interface Swept {
  /** Files that waited, and marks of used ones. */
  staged: number
  /** Copies without a row. */
  orphans: number
  unfinished: number
}

export async function sha256Of(storage: Storage, key: string): Promise<string> {
  const hash = createHash("sha256")
  for await (const chunk of await storage.open(key)) hash.update(chunk)
  return hash.digest("hex")
}

/** Says in a sentence each what is wrong with the rows and their files: each form has one row, and its own whole file. */
export async function check(forms: readonly Form[], rows: Rows, { uploads }: Storages): Promise<string[]> {
  const violations: string[] = []
  const rowOf = new Map<string, Row>()
  for (const row of await rows.all()) {
    if (rowOf.has(row.title)) violations.push(`"${row.title}" has two rows`)
    rowOf.set(row.title, row)
  }
  for (const { title, sha256 } of forms) {
    const row = rowOf.get(title)
    if (!row) violations.push(`"${title}" has no row`)
    else {
      const found = await sha256Of(uploads, row.key).catch((error: unknown) => `not there: ${error}`)
      if (found !== sha256) violations.push(`the file of "${title}" is ${found}`)
      if (row.sha256 !== sha256) violations.push(`the row of "${title}" is of another file`)
    }
  }
  if (rowOf.size > forms.length) violations.push(`${rowOf.size} titles of ${forms.length} forms`)
  return violations
}

const lifeSeconds = 172_800

/** Sweeps as if days had passed. */
export async function sweepAll(rows: Rows, { staged, uploads }: Storages): Promise<Swept> {
  const sticky = createSticky<object>({
    secrets: ["it signs nothing, and verifies nothing"],
    storage: aged(staged, lifeSeconds),
    authorize: () => false,
    sweepEverySeconds: false,
    onError: (error) => {
      throw error
    },
  })
  sticky.register({ create: z.object({ upload: z.stickyFile() }) })
  const keys = new Set((await rows.all()).map(({ key }) => key))
  const waiting = await sticky.sweep()
  const kept = await sweepPromoted(aged(uploads, lifeSeconds), { isOwned: ({ key }) => keys.has(key) })
  sticky.close()
  return {
    staged: waiting.removedFiles,
    orphans: kept.removedFiles,
    unfinished: waiting.removedUnfinished + kept.removedUnfinished,
  }
}

/** Names what is still there and nobody's. Sweepers keep who has the turn. */
export async function unowned(rows: Rows, { staged, uploads }: Storages): Promise<string[]> {
  const owned = new Set((await rows.all()).map(({ key }) => key))
  const left: string[] = []
  for await (const { key } of staged.list()) if (!key.startsWith("staged.sweep.")) left.push(key)
  for await (const { key } of uploads.list()) if (!owned.has(key)) left.push(key)
  return left
}
