import { existsSync, readFileSync, writeFileSync } from "node:fs"
import type { Row } from "../rows.js"
import { machine } from "./machine.js"
import { type Matrix, matricesOf, ratioText } from "./matrix.js"
import { type Table, tablesOf } from "./table.js"

function grid(header: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
  const alignment = header.map((heading, column) => (column === 0 || heading === "" ? "---" : "--:"))
  return [line(header), line(alignment), ...lines.map(line)].join("\n")
}

function matrix({ group, variants, lines }: Matrix): string {
  const cells = lines.map(({ subject, rows }) => [subject, ...rows.map(ratioText)])
  return `### ${group}: throughput against raw\n\n${grid(["", ...variants], cells)}`
}

const table = ({ scenario, header, lines }: Table) => `### ${scenario}\n\n${grid(header, lines)}`

/** The tables of a page: ratios at a glance first, then everything. */
export function markdownOf(rows: readonly Row[], command: string): string {
  const glances = matricesOf(rows).filter(({ variants }) => variants.length > 1)
  return [`Measured by \`${command}\` on: ${machine()}.`, ...glances.map(matrix), ...tablesOf(rows).map(table)].join(
    "\n\n",
  )
}

const begin = "<!-- bench -->"
const end = "<!-- /bench -->"

/** Writes text between the marks of a page, or makes a page of it that has them. */
export function intoPage(file: string, text: string): void {
  const marked = `${begin}\n\n${text}\n\n${end}`
  const page = existsSync(file) ? readFileSync(file, "utf8") : ""
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  const isMarked = from >= 0 && to > from
  writeFileSync(file, isMarked ? page.slice(0, from) + marked + page.slice(to + end.length) : `${marked}\n`)
}
