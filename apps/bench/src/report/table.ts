import { type Figure, figures, type Row } from "../rows.js"

/** The rows of one scenario as text. */
export interface Table {
  scenario: string
  header: string[]
  /** The first cell is the subject; the others are numbers, and at the end the notes where there are any. */
  lines: string[][]
}

/** A number as it is shown, or a dash where there is none. */
export function cell(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits)
}

function tableOf(scenario: string, rows: readonly Row[]): Table {
  const shown = (Object.keys(figures) as Figure[]).filter((figure) => rows.some((row) => row[figure] !== undefined))
  const notes = rows.some((row) => row.note !== undefined)
  return {
    scenario,
    header: ["", ...shown.map((figure) => figures[figure].heading), ...(notes ? [""] : [])],
    lines: rows.map((row) => [
      row.subject,
      ...shown.map((figure) => cell(row[figure], figures[figure].digits)),
      ...(notes ? [row.note ?? ""] : []),
    ]),
  }
}

/** One table for each scenario, in the order of the rows. */
export function tablesOf(rows: readonly Row[]): Table[] {
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))]
  return scenarios.map((scenario) =>
    tableOf(
      scenario,
      rows.filter((row) => row.scenario === scenario),
    ),
  )
}

/** A table for a terminal: names to the left, numbers to the right. */
export function terminalTable({ scenario, header, lines }: Table): string {
  const widths = header.map((_, column) => Math.max(...[header, ...lines].map((line) => line[column]?.length ?? 0)))
  const written = [header, ...lines].map((line) =>
    line
      .map((text, column) =>
        column === 0 || header[column] === "" ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  )
  return [scenario, ...written].join("\n")
}
