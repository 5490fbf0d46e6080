import type { AttackReport, AttackRow, AttackVerdict } from "sticky-uploads/testing"

/** Everyone's reports, by the names of the subjects. */
export type Reports = ReadonlyMap<string, Pick<AttackReport, "rows" | "untried">>

/** A table as text: the first line is its header. */
type Table = readonly (readonly string[])[]

const verdicts: readonly AttackVerdict[] = ["held", "failed", "lost", "open", "left", "hung", "crashed"]

/** How often each said what. */
function countsOf(reports: Reports): Table {
  const count = (rows: readonly AttackRow[], verdict: AttackVerdict) =>
    `${rows.filter((row) => row.verdict === verdict).length}`
  return [
    ["", ...verdicts],
    ...[...reports].map(([name, { rows }]) => [name, ...verdicts.map((verdict) => count(rows, verdict))]),
  ]
}

const cell = (row: AttackRow | undefined) =>
  row === undefined ? "not tried" : row.verdict === "held" ? "held" : `${row.verdict}: ${row.why}`

/** Every case that somebody did not hold, and how it went with each. */
function differencesOf(reports: Reports): Table {
  const rows = [...reports.values()].flatMap((report) => report.rows)
  const names = new Set(rows.filter(({ verdict }) => verdict !== "held").map(({ name }) => name))
  return [
    ["", ...reports.keys()],
    ...[...names].map((name) => [
      name,
      ...[...reports.values()].map((report) => cell(report.rows.find((row) => row.name === name))),
    ]),
  ]
}

function text(table: Table): string {
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? []
  return table
    .map((line) =>
      line
        .map((each, at) => each.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
}

const escaped = (cell: string) => cell.replace(/[|\\*_`]/g, "\\$&").replaceAll("<", "&lt;")

function grid([header = [], ...lines]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`
  return [line(header), `|${"---|".repeat(header.length)}`, ...lines.map(line)].join("\n")
}

export const terminalTables = (reports: Reports): string =>
  `${text(countsOf(reports))}\n\n${text(differencesOf(reports))}`

export function markdownTables(reports: Reports, command: string): string {
  return [
    `Found by \`${command}\` with Node ${process.version}.`,
    grid(countsOf(reports)),
    "### The cases that someone does not hold",
    grid(differencesOf(reports)),
  ].join("\n\n")
}
