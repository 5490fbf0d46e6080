import { setTimeout as wait } from "node:timers/promises"
import type { Look } from "./site-process.js"
import type { Site } from "./start-site.js"

// Longer than the server keeps a connection that nobody uses.
const quietSeconds = 90

/** Looks at a site until it has no more files open than so many, or for a while. */
export async function quiet(site: Site, openFiles: number): Promise<Look> {
  for (let left = quietSeconds * 10; ; left -= 1) {
    const look = await site.look()
    if (look.openFiles.length <= openFiles || left === 0) return look
    await wait(100)
  }
}
