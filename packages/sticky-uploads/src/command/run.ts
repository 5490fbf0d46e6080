import { readFile } from "node:fs/promises"
import { type SweepOptions, type SweepResult, sweepPromoted } from "../server.js"
import { type Arguments, help, readArguments } from "./arguments.js"
import { loadConfig } from "./config.js"
import { Misuse } from "./misuse.js"
import { createProgress } from "./progress.js"
import { jsonOf, lineOf } from "./report.js"

/** The exit codes beside those of signals. */
const code = { done: 0, failed: 1, misused: 2 }

/** Sweeps all that there is at the same time, and says in a line of each what came of it. */
async function sweep(given: Arguments, signal: AbortSignal): Promise<number> {
  const { sticky, promoted } = await loadConfig(given.config, given)
  // Only this one shall sweep.
  sticky.close()
  const progress = createProgress(process.stderr)
  const { dryRun, maxSeconds } = given
  const options: SweepOptions = { dryRun, signal, onProgress: progress.note, ...(maxSeconds && { maxSeconds }) }
  const sweeps: [string, Promise<SweepResult>][] = [
    ["staged", sticky.sweep(options)],
    ...promoted.map(({ storage, ...rest }): [string, Promise<SweepResult>] => [
      "promoted",
      sweepPromoted(storage, { ...rest, ...options }),
    ]),
  ]
  const ends = await Promise.allSettled(sweeps.map(async ([kind, result]) => ({ kind, result: await result })))
  progress.end()
  let worst = code.done
  for (const end of ends) {
    const failed = end.status === "rejected" || end.value.result.failures > 0
    if (failed) worst = code.failed
    if (end.status === "rejected") console.error("sticky-uploads:", end.reason)
    else if (end.value.result.storages.length === 0)
      throw new Misuse(
        "the sticky knows no storage: register a router or schemas, as its storage depends on the target",
      )
    else console.log((given.json ? jsonOf : lineOf)(end.value.kind, end.value.result))
  }
  return worst
}

/** Does what the command line says, and gives the exit code. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    const given = readArguments(args)
    if (given !== "help" && given !== "version") return await sweep(given, signal)
    const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8")
    console.log(given === "help" ? help : JSON.parse(manifest).version)
    return code.done
  } catch (error) {
    const isMisuse = error instanceof Misuse
    console.error("sticky-uploads:", isMisuse ? `${error.message}\nTry: sticky-uploads --help` : error)
    return isMisuse ? code.misused : code.failed
  }
}
