import { formatBytes } from "../index.js"
import type { SweepResult } from "../server.js"

/** Says in one line what a sweep did. */
export function lineOf(kind: string, result: SweepResult): string {
  const { removedFiles, removedBytes, removedUnfinished, listedFiles, failures, milliseconds } = result
  const where = result.storages.map(({ storage }) => storage).join(", ")
  const removed = `${removedFiles} of ${listedFiles} files (${formatBytes(removedBytes)})`
  return [
    `${kind} in ${where}: ${result.dryRun ? "would remove" : "removed"} ${removed}`,
    removedUnfinished > 0 && ` and ${removedUnfinished} unfinished`,
    ` in ${(milliseconds / 1000).toFixed(1)} s`,
    failures > 0 && `; ${failures} failed`,
    result.stopped && "; ended before it was through",
  ]
    .filter(Boolean)
    .join("")
}

export const jsonOf = (kind: string, result: SweepResult): string => JSON.stringify({ sweep: kind, ...result })
