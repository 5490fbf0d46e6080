import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const program = fileURLToPath(new URL("../../build.mjs", import.meta.url))

/** Builds the ready-made scripts into a directory, from the sources as they are: `dist` may be missing, or old. */
export const buildScripts = (directory: string) => promisify(execFile)(process.execPath, [program, directory])
