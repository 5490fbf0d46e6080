import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createRandom } from "../soak/random.js"
import { type Counts, createCounts } from "./ledger.js"
import { runRound } from "./round.js"

export interface KillsOptions {
  kills: number
  /** The same moments and files for the same seed. */
  seed: string
  clients: number
  /** Is told after each kill. */
  onKill?: ((report: Report) => void) | undefined
}

export interface Report extends Counts {
  kills: number
  /** Kills at a step of the server's own, the others being at a moment of the clock. */
  killsAtSteps: number
  /** Files that kills left unfinished; the sweeps removed them. */
  unfinished: number
  /** Promoted files that kills left without a row; the sweeps removed them. */
  orphans: number
  /** Rows whose calls were killed before they ended: their tokens were good once more. */
  unended: number
  violations: string[]
}

// Each on fresh directories, so that a long run does not fill the disk.
const killsInRound = 25

/** Kills a server again and again while clients use it, and holds what it left against what they were told. */
export async function runKills({ kills, seed, ...options }: KillsOptions): Promise<Report> {
  const random = createRandom(seed)
  const nothing = { kills: 0, killsAtSteps: 0, unfinished: 0, orphans: 0, unended: 0 }
  const report: Report = { ...nothing, ...createCounts(), violations: [] }
  while (report.kills < kills && report.violations.length === 0) {
    const directory = mkdtempSync(join(tmpdir(), "sticky-kills-"))
    const clean = () => rmSync(directory, { recursive: true, force: true })
    process.once("exit", clean)
    try {
      const times = Math.min(killsInRound, kills - report.kills)
      await runRound({ ...options, directory, times, random, report })
    } finally {
      process.off("exit", clean)
      clean()
    }
  }
  return report
}
