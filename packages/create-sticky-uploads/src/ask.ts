import { createInterface } from "node:readline/promises"
import { type Arguments, readTemplate } from "./arguments.js"
import { Misuse } from "./misuse.js"
import { type Template, templateNames } from "./templates.js"

/** Where a person can be asked. */
export interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean }
  output: NodeJS.WritableStream & { isTTY?: boolean }
}

export interface App {
  folder: string
  template: Template
}

/**
 * Asks for what was not said.
 * @throws Misuse where there is nobody to ask, nobody answers, or the answer makes no sense.
 */
export async function askForRest({ folder, template }: Arguments, { input, output }: Terminal): Promise<App> {
  if (folder !== undefined && template !== undefined) return { folder, template }
  if (!(input.isTTY && output.isTTY))
    throw new Misuse("say where and what: npm create sticky-uploads@latest my-app -- --template express")
  const terminal = createInterface({ input, output })
  const gone = new AbortController()
  // Ctrl-C and Ctrl-D, for which a question alone would wait for ever.
  terminal.once("close", () => gone.abort(new Misuse("nothing was answered, and nothing was made")))
  const ask = async (question: string, otherwise: string) =>
    (await terminal.question(`${question} (${otherwise}): `, { signal: gone.signal })).trim() || otherwise
  try {
    return {
      folder: folder ?? (await ask("Folder", "my-app")),
      template: template ?? readTemplate(await ask(`Template, ${templateNames.join(" or ")}`, "express")),
    }
  } catch (error) {
    const { cause } = error as Error
    throw cause instanceof Misuse ? cause : error
  } finally {
    terminal.close()
  }
}
