import type { AttackCame, AttackExpected } from "./case.js"

/**
 * `held`: all as it should be. `open`: it took, or believed, what it should not. `lost`: it did not take what is good.
 * `failed`: it refused with a status that says something else, such as 500. `left`: it left files or memory behind.
 * `hung`: it did not answer, or did not answer others meanwhile. `crashed`: it was gone, or took nothing good any more.
 */
export type AttackVerdict = "held" | "open" | "lost" | "failed" | "left" | "hung" | "crashed"

/** One case and how it went. */
export interface AttackRow {
  /** What the case is about. */
  group: string
  name: string
  expected: readonly AttackExpected[]
  came: AttackCame
  verdict: AttackVerdict
  /** What is wrong, in words; empty where nothing is. */
  why: string
}

export interface AttackReport {
  /** All cases that were tried. */
  rows: readonly AttackRow[]
  /** The rows that are not `held`. */
  open: readonly AttackRow[]
  /** Cases that were not tried, because the endpoint did not come back. */
  untried: readonly string[]
}

/** The report as text with aligned columns, one line a case; what is not `held` says why. */
export function attackTable({ rows, open, untried }: AttackReport): string {
  const width = Math.max(0, ...rows.map(({ name }) => name.length))
  const groups = [...new Set(rows.map(({ group }) => group))]
  const line = ({ name, came, verdict, why }: AttackRow) =>
    `  ${verdict.padEnd(8)}${`${came}`.padEnd(8)}${name.padEnd(width)}  ${why}`.trimEnd()
  const tables = groups.map((group) => [group, ...rows.filter((row) => row.group === group).map(line)].join("\n"))
  const sum = `${rows.length - open.length} of ${rows.length} held`
  return [...tables, untried.length > 0 ? `${sum}; not tried: ${untried.join(", ")}` : sum].join("\n\n")
}
