import { parseArgs } from "node:util"
import { type SubjectName, subjectNames } from "./subjects.js"

const KiB = 1024
const MiB = 1024 * KiB
const GiB = 1024 * MiB

/** How much of everything. */
export interface Amounts {
  rounds: number
  /** Of one large file. */
  largeBytes: number
  smallBytes: number
  smallFiles: number
  /** Of all files that come at once, together. */
  atOnceBytes: number
  atOnce: readonly number[]
  /** The sizes of the files of `by-size`. */
  sizes: readonly number[]
  /** What every server has taken before it is measured. */
  warmUpBytes: number
  /** Whether a server goes on from scenario to scenario, which is quicker, or each scenario has fresh ones. */
  keepsServers: boolean
  /** How long one measurement of tokens or parsing lasts. */
  loopSeconds: number
  stagedFiles: number
  /** When an upload, or a round of them, is not waited for any more. */
  limitSeconds: number
  /** When nothing new is begun any more. */
  budgetSeconds: number
}

const full: Amounts = {
  rounds: 5,
  largeBytes: GiB,
  smallBytes: 20 * KiB,
  smallFiles: 10_000,
  atOnceBytes: GiB,
  atOnce: [1, 4, 16, 64, 256],
  sizes: [MiB, 16 * MiB, 256 * MiB, 4 * GiB],
  warmUpBytes: 16 * MiB,
  keepsServers: false,
  loopSeconds: 1,
  stagedFiles: 100_000,
  limitSeconds: 20,
  budgetSeconds: 7200,
}

const quick: Amounts = {
  ...full,
  rounds: 3,
  largeBytes: 64 * MiB,
  smallFiles: 1000,
  atOnceBytes: 64 * MiB,
  atOnce: [256],
  sizes: [MiB, 64 * MiB],
  warmUpBytes: 4 * MiB,
  keepsServers: true,
  loopSeconds: 0.2,
  stagedFiles: 10_000,
  limitSeconds: 2,
  budgetSeconds: 65,
}

export interface Options {
  amounts: Amounts
  quick: boolean
  /** Scenarios by their names, or by what their names begin with before a slash. */
  only: readonly string[] | undefined
  subjects: readonly SubjectName[]
  /** Where the uploaded files go for as long as they are measured. */
  directory: string | undefined
  json: string | undefined
  markdown: string | undefined
  svg: string | undefined
}

export const usage = `npm run bench -- [options]

  --quick             smaller files and fewer rounds; ends within 90 seconds
  --only NAMES        only these scenarios, such as one-large/random,many-small; sizes and s3 run where they are
                      named, and s3 starts a radosgw (Debian's; installed where it is missing)
  --subjects NAMES    only these beside raw, such as sticky,multer
                      (${subjectNames.join(", ")})
  --rounds N          how often each is measured (${full.rounds}; ${quick.rounds} with --quick)
  --directory DIR     where the uploaded files go meanwhile (the system's temporary directory)
  --json FILE         writes the rows
  --markdown FILE     writes the tables, or renews those of a page that has them
  --svg FILE          draws the chart`

function subjectsOf(list: string | undefined): readonly SubjectName[] {
  const given = list?.split(",") ?? subjectNames
  const unknown = given.find((name) => !subjectNames.some((each) => each === name))
  if (unknown !== undefined) throw new TypeError(`--subjects has "${unknown}"; there are ${subjectNames.join(", ")}`)
  // Without raw there is nothing to compare with.
  return subjectNames.filter((name) => name === "raw" || given.includes(name))
}

function roundsOf(given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise
  const rounds = Number(given)
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 100) return rounds
  throw new TypeError(`--rounds is ${given}; give a whole number from 1 to 100`)
}

/** @throws TypeError for what makes no sense. */
export function readOptions(args: string[]): Options | "help" {
  const text = { type: "string" } as const
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      only: text,
      subjects: text,
      rounds: text,
      directory: text,
      json: text,
      markdown: text,
      svg: text,
    },
  })
  if (values.help) return "help"
  const amounts = values.quick ? quick : full
  return {
    amounts: { ...amounts, rounds: roundsOf(values.rounds, amounts.rounds) },
    quick: values.quick,
    only: values.only?.split(","),
    subjects: subjectsOf(values.subjects),
    directory: values.directory,
    json: values.json,
    markdown: values.markdown,
    svg: values.svg,
  }
}
