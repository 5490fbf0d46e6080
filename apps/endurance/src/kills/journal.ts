import { open, readFile } from "node:fs/promises"
import type { Stored } from "sticky-uploads/server"

/** What the app knows of a file: the row that its database would have. */
export interface Row extends Stored {
  /** Whose submit it is: no two have the same. */
  note: string
  /** The token's id: no two rows have the same. */
  id: string | undefined
}

/** The app's database: rows in a file, each on the disk before the call goes on. */
export interface Journal {
  /** The row that a token has brought about. */
  rowOf(id: string | undefined): Row | undefined
  append(row: Row): Promise<void>
}

export async function openJournal(path: string): Promise<Journal> {
  const rows = new Map((await rowsIn(path)).map((row) => [row.id, row]))
  const file = await open(path, "a")
  return {
    rowOf: (id) => rows.get(id),
    async append(row) {
      await file.appendFile(`${JSON.stringify(row)}\n`)
      await file.datasync()
      rows.set(row.id, row)
    },
  }
}

export async function rowsIn(path: string): Promise<Row[]> {
  const text = await readFile(path, "utf8").catch(() => "")
  // What follows the last line break was cut, and nobody was told of it.
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row)
}
