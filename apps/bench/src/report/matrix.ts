import { figures, type Row } from "../rows.js"
import { cell } from "./table.js"

/** How fast each subject is, against the reference, in each of several like scenarios. */
export interface Matrix {
  /** What the names of its scenarios begin with. */
  group: string
  /** The rest of their names. */
  variants: string[]
  lines: { subject: string; rows: (Row | undefined)[] }[]
}

const groupOf = (scenario: string) => scenario.split("/")[0] ?? scenario
const variantOf = (scenario: string) => scenario.split("/").slice(1).join("/")

/** The matrices of all scenarios that have a throughput. */
export function matricesOf(rows: readonly Row[]): Matrix[] {
  const compared = rows.filter((row) => row.throughputRatio !== undefined)
  const groups = [...new Set(compared.map(({ scenario }) => groupOf(scenario)))]
  return groups.map((group) => {
    const own = compared.filter(({ scenario }) => groupOf(scenario) === group)
    const variants = [...new Set(own.map(({ scenario }) => variantOf(scenario)))]
    const subjects = [...new Set(own.map(({ subject }) => subject))]
    const find = (subject: string, variant: string) =>
      own.find((row) => row.subject === subject && variantOf(row.scenario) === variant)
    return {
      group,
      variants,
      lines: subjects.map((subject) => ({ subject, rows: variants.map((variant) => find(subject, variant)) })),
    }
  })
}

/** A ratio as it is shown; of an upload that was stopped it is what it came to until then. */
export function ratioText(row: Row | undefined): string {
  const text = cell(row?.throughputRatio, figures.throughputRatio.digits)
  return text === "0.00" ? "< 0.01" : text
}
