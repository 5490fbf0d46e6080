import { readFile } from "node:fs/promises"
import { relative, resolve } from "node:path"
import { help, readArguments } from "./arguments.js"
import { askForRest, type Terminal } from "./ask.js"
import { createApp } from "./create-app.js"
import { Misuse } from "./misuse.js"
import { templates } from "./templates.js"

/** The exit codes. */
const code = { done: 0, failed: 1, misused: 2 }

/** What a shell takes for one word. */
const quoted = (path: string) => (/^[\w./\\:@~+-]+$/.test(path) ? path : `"${path}"`)

/** Makes the app that the command line, or the person at the terminal, asks for, and gives the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const given = readArguments(args)
    if (given === "help" || given === "version") {
      const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8")
      console.log(given === "help" ? help : JSON.parse(manifest).version)
      return code.done
    }
    const app = await askForRest(given, terminal)
    await createApp(app)
    const path = relative(".", resolve(app.folder))
    const commands = [...(path ? [`cd ${quoted(path)}`] : []), "npm install", "npm run dev"]
    console.log(`\nThere is your app, with ${templates[app.template]}. Next:\n\n  ${commands.join("\n  ")}\n`)
    return code.done
  } catch (error) {
    const isMisuse = error instanceof Misuse
    console.error(
      "create-sticky-uploads:",
      isMisuse ? `${error.message}\nTry: npm create sticky-uploads@latest -- --help` : error,
    )
    return isMisuse ? code.misused : code.failed
  }
}
