import { randomUUID } from "node:crypto"
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Stored } from "sticky-uploads/server"

/** What the app knows of a form that was accepted: the row that its database would have. */
export interface Row extends Stored {
  title: string
  /** The token's id. Unique. */
  id: string
}

/** The database that all processes share. */
export interface Rows {
  find(id: string): Promise<Row | undefined>
  /** @throws when there is a row of this id. */
  insert(row: Row): Promise<Row>
  all(): Promise<Row[]>
}

/** Keeps each row as a file that its unique column names, and that is whole from the moment it is there. */
export async function openRows(directory: string): Promise<Rows> {
  const unfinished = join(directory, "unfinished")
  await mkdir(unfinished, { recursive: true })

  async function find(id: string): Promise<Row | undefined> {
    const text = await readFile(join(directory, `${id}.json`), "utf8").catch(() => undefined)
    return text === undefined ? undefined : (JSON.parse(text) as Row)
  }

  return {
    find,
    async insert(row) {
      const path = join(unfinished, randomUUID())
      await writeFile(path, JSON.stringify(row))
      await link(path, join(directory, `${row.id}.json`))
      await rm(path)
      return row
    },
    async all() {
      const names = (await readdir(directory)).filter((name) => name.endsWith(".json"))
      const rows = await Promise.all(names.map((name) => find(name.slice(0, -".json".length))))
      return rows.filter((row) => row !== undefined)
    },
  }
}
