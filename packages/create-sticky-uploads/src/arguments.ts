import { parseArgs } from "node:util"
import { Misuse } from "./misuse.js"
import { isTemplate, type Template, templateNames } from "./templates.js"

export const help = `Usage: npm create sticky-uploads@latest [folder] -- [options]

Starts an app with a form that keeps its file, in a new or an empty folder.

  --template <name>  ${templateNames.join(" or ")}
  --help, --version

Asks for what is not said where it is called from a terminal. Ends with 0 when the app
is there, 1 when something failed, 2 when it was called wrongly.
`

export interface Arguments {
  folder: string | undefined
  template: Template | undefined
}

const options = {
  template: { type: "string", short: "t" },
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

/** @throws Misuse for a name of a template that there is not. */
export function readTemplate(name: string): Template {
  if (isTemplate(name)) return name
  throw new Misuse(`there is no template "${name}"; there are ${templateNames.join(" and ")}`)
}

/** @throws Misuse */
export function readArguments(args: readonly string[]): Arguments | "help" | "version" {
  const { values, positionals } = parse(args)
  if (values.help) return "help"
  if (values.version) return "version"
  const [folder, ...more] = positionals
  if (more.length > 0) throw new Misuse(`it makes one app, and was told ${positionals.join(" ")}`)
  return { folder, template: values.template === undefined ? undefined : readTemplate(values.template) }
}
