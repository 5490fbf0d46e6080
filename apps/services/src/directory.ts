import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { atExit } from "./at-exit.js"

export interface Directory {
  path: string
  remove(): void
}

/** A new directory for a service's files. It goes with this process, unless that is killed. */
export function newDirectory(service: string): Directory {
  const path = mkdtempSync(join(tmpdir(), `sticky-${service}-`))
  const clear = () => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  const stay = atExit(clear)
  return {
    path,
    remove() {
      stay()
      clear()
    },
  }
}
