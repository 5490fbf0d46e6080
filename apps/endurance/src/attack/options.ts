import { parseArgs } from "node:util"
import type { Choice } from "./run.js"
import { subjects } from "./subjects.js"

export interface Options {
  names: readonly string[]
  choice: Choice
  /** Whether slow clients are tried, which takes as long as Node bears with them. */
  withSlow: boolean
  markdown: string | undefined
  /** As it was called. */
  command: string
}

const all = Object.keys(subjects)

export const usage = `npm run attack -- [options]

Attacks our endpoint, alone and behind nginx, and others' with the hostile corpus of sticky-uploads/testing, and prints what
each does, side by side. Ends with 1 when a case is open in ours. Needs nginx (Debian: nginx-light).

  --quick           only cases that take no time; ends within a minute
  --subjects NAMES  only these (${all.join(", ")})
  --markdown FILE   writes the tables, or renews those of a page that has them`

/** Groups of the corpus in which nobody is waited for. */
const quick = /^(what a request says|heads of parts|names of files|what a file is)$/

function namesOf(list: string | undefined): readonly string[] {
  const given = list?.split(",") ?? all
  const unknown = given.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new TypeError(`--subjects has "${unknown}"; there are ${all.join(", ")}`)
  return given
}

/** @throws TypeError for what makes no sense. */
export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      subjects: { type: "string" },
      markdown: { type: "string" },
    },
  })
  if (values.help) return "help"
  return {
    names: namesOf(values.subjects),
    choice: values.quick ? { only: quick } : {},
    withSlow: !values.quick,
    markdown: values.markdown,
    command: `npm run attack${values.quick ? " -- --quick" : ""}`,
  }
}
