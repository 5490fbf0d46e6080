import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** One build of the ready-made script. */
export interface ScriptFile {
  readonly name: string
  readonly bytes: Buffer
  /** What the attribute of this name says, so that a browser runs these bytes and no others. */
  readonly integrity: string
  /** Another for other bytes; part of the URL. */
  readonly version: string
}

/** The same from `src/server` and from `dist/server`. */
const built = fileURLToPath(new URL("../../dist", import.meta.url))

/** The name of the build that speaks a language, English without any; of the full one, with what `data-with` may ask for. */
export const scriptName = (isFull: boolean, language?: string) =>
  `sticky-uploads${isFull ? ".full" : ""}${language ? `.${language}` : ""}.js`

function readScript(directory: string, name: string): ScriptFile {
  const bytes = readFileSync(join(directory, name))
  const digest = createHash("sha384").update(bytes).digest("base64")
  return { name, bytes, integrity: `sha384-${digest}`, version: digest.replace(/\W/g, "").slice(0, 16) }
}

/**
 * Reads every build of the ready-made script, once.
 * @throws TypeError when the directory lacks one of the two in English.
 */
export function readScripts(directory = built): ReadonlyMap<string, ScriptFile> {
  try {
    const names = readdirSync(directory).filter((name) => /^sticky-uploads(\.[\w-]+)*\.js$/.test(name))
    const scripts = new Map(names.map((name) => [name, readScript(directory, name)]))
    const missing = [scriptName(false), scriptName(true)].filter((name) => !scripts.has(name))
    if (!missing.length) return scripts
    throw new Error(`${directory} has no ${missing.join(" and no ")}`)
  } catch (cause) {
    throw new TypeError(
      `sticky-uploads: the ready-made scripts are not all in ${directory}; build them with "npm run build", or give the ` +
        `directory that you copied them to (a bundled server has no dist of ours beside it)`,
      { cause },
    )
  }
}
