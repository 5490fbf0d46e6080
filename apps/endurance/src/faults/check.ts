import { type Swept, sha256Of, sweepAll, unowned } from "../forms/check.js"
import type { Storages } from "../forms/ground.js"
import type { Row, Rows } from "../forms/rows.js"
import { stagedKey } from "../site/places.js"
import type { Ground } from "./ground.js"
import type { Told } from "./ledger.js"

/** Says in a sentence each which of the files that clients were told of are not where they must be, and whole. */
export async function check(told: readonly Told[], rows: Rows, { staged, uploads }: Storages): Promise<string[]> {
  const violations: string[] = []
  const rowOf = new Map<string, Row>()
  for (const row of await rows.all()) {
    if (rowOf.has(row.title)) violations.push(`"${row.title}" has two rows`)
    rowOf.set(row.title, row)
  }
  for (const { title, sha256, token, isAccepted } of told) {
    const row = rowOf.get(title)
    if (row && !isAccepted) violations.push(`"${title}" has a row, and was not accepted`)
    if (isAccepted && !row) violations.push(`"${title}" was accepted, and has no row`)
    const found = row ? sha256Of(uploads, row.key) : sha256Of(staged, stagedKey(token))
    const is = await found.catch((error: unknown) => `not there: ${error}`)
    if (is !== sha256) violations.push(`the ${row ? "kept" : "staged"} file of "${title}" is ${is}`)
  }
  return violations
}

/** Sweeps as if days had passed, and says in a sentence each what is left and nobody's. */
export async function sweep(rows: Rows, ground: Ground): Promise<Swept & { unended: number; left: string[] }> {
  const unended = (await ground.unfinished()).length
  const swept = await sweepAll(rows, ground)
  const files = (await unowned(rows, ground)).map((key) => `${key} has no owner, and the sweep left it`)
  const uploads = (await ground.unfinished()).map((key) => `an upload of ${key} is not ended, and the sweep left it`)
  return { ...swept, unended, left: [...files, ...uploads] }
}
