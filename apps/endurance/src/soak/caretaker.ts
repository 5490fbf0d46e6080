import { readdir, stat, utimes } from "node:fs/promises"
import { join } from "node:path"
import { isMarker } from "../site/places.js"
import type { Ledger } from "./ledger.js"

const markerSeconds = 60
// Longer than a token lives and the sweeper waits after that.
const agedSeconds = 26 * 3600

/**
 * Makes the files that nobody holds a token for, and the marks of used ones, look more than a day old: so the sweeper has
 * within an hour to do what it has to do within days.
 */
export async function age(stagedDirectory: string, { left }: Pick<Ledger, "left">, now = Date.now()): Promise<void> {
  const then = now / 1000 - agedSeconds
  for (const key of await readdir(stagedDirectory)) {
    const path = join(stagedDirectory, key)
    if (isMarker(key)) {
      const found = await stat(path).catch(() => undefined)
      if (!found || found.mtimeMs > now - markerSeconds * 1000) continue
    } else if (!left.has(key)) continue
    // The sweeper may have been here first.
    await utimes(path, then, then).catch(() => undefined)
  }
}
