import { parseArgs } from "node:util"
import { Misuse } from "./misuse.js"

export const help = `Usage: sticky-uploads sweep --config <module> [options]

Removes staged files that no token is good for any more, and what crashed writes left.

  --config <module>  what exports the sticky, as "sticky" or by default
  --promoted         removes copies without an owner, too: the module exports
                     promoted = [{ storage, isOwned, olderThanSeconds }]
  --dry-run          removes nothing, and tells what it would
  --max-seconds <n>  ends after so long; the next one goes on there, where a
                     storage lists in the order of its keys
  --json             prints a line of JSON for each sweep
  --help, --version

Ends with 0 when it is done or out of time, 1 when something failed, 2 when it was
called wrongly, 130 or 143 when SIGINT or SIGTERM ended it.
`

export interface Arguments {
  config: string
  promoted: boolean
  dryRun: boolean
  maxSeconds: number | undefined
  json: boolean
}

const options = {
  config: { type: "string" },
  promoted: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  "max-seconds": { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", default: false },
} as const

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // What Node says after the first sentence is about words that begin with a dash.
    throw new Misuse((error as Error).message.split(". ")[0])
  }
}

/** @throws Misuse */
export function readArguments(args: readonly string[]): Arguments | "help" | "version" {
  const { values, positionals } = parse(args)
  if (values.help) return "help"
  if (values.version) return "version"
  const [command = "nothing", ...more] = positionals
  if (command !== "sweep" || more.length > 0)
    throw new Misuse(`it can sweep, and was told ${[command, ...more].join(" ")}`)
  if (!values.config) throw new Misuse("say where the sticky is: --config ./sticky.js")
  const maxSeconds = values["max-seconds"] === undefined ? undefined : Number(values["max-seconds"])
  if (maxSeconds !== undefined && !(Number.isFinite(maxSeconds) && maxSeconds > 0))
    throw new Misuse(`--max-seconds is ${values["max-seconds"]}; give a number of seconds over 0`)
  const { config, promoted, json } = values
  return { config, promoted, dryRun: values["dry-run"], maxSeconds, json }
}
