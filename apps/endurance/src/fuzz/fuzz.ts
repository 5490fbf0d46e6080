import fc from "fast-check"
import { bodies } from "./bodies.js"
import { fields } from "./fields.js"
import type { Fuzzer } from "./fuzzer.js"
import { openGround } from "./ground.js"
import { tokens } from "./tokens.js"

export interface FuzzOptions {
  seed: number
  /** When to stop. */
  endsBy: { seconds: number } | { runs: number }
}

/** What came of one fuzzer. */
export interface Fuzzed {
  name: string
  cases: number
  /** The smallest case that was found for each thing that went wrong, and what did. */
  findings: string[]
}

const casesPerTurn = 100
// What is left to make a late finding smaller.
const graceSeconds = 60
const fuzzers: readonly Fuzzer[] = [bodies, fields, tokens]

async function reportOf(details: fc.RunDetails<unknown>): Promise<string> {
  const { errorInstance: error } = details
  return `${error instanceof Error ? error.message : error}\n${await fc.asyncDefaultReportMessage(details)}`
}

/** Tries fuzzers by turns. One that has found something is not tried again: it would find the same. */
export async function fuzz(
  { seed, endsBy }: FuzzOptions,
  tell: (progress: string) => void,
  chosen: readonly Fuzzer[] = fuzzers,
): Promise<Fuzzed[]> {
  const results = chosen.map((fuzzer) => ({
    fuzzer,
    fuzzed: { name: fuzzer.name, cases: 0, findings: [] as string[] },
  }))
  const ground = await openGround()
  const began = performance.now()
  const left = () => ("runs" in endsBy ? 0 : endsBy.seconds - (performance.now() - began) / 1000)
  try {
    for (let turn = 0; turn === 0 || left() > 0; turn += 1) {
      const going = results.filter(({ fuzzed }) => fuzzed.findings.length === 0)
      if (going.length === 0) break
      for (const { fuzzer, fuzzed } of going) {
        // The first turn is everybody's.
        if (turn > 0 && left() <= 0) break
        const limits =
          "runs" in endsBy
            ? { numRuns: endsBy.runs }
            : { numRuns: casesPerTurn, interruptAfterTimeLimit: (Math.max(0, left()) + graceSeconds) * 1000 }
        const details = await fc.check(fuzzer.property(ground), { seed: seed + turn, ...limits })
        fuzzed.cases += details.numRuns
        // One that is interrupted before its first case fails in fast-check's eyes.
        if (details.counterexample !== null) fuzzed.findings.push(await reportOf(details))
        tell(`${fuzzer.name}: ${fuzzed.cases} cases, ${fuzzed.findings.length} findings`)
      }
    }
  } finally {
    await ground.stop()
  }
  return results.map(({ fuzzed }) => fuzzed)
}
