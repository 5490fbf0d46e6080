#!/usr/bin/env node
import { constants } from "node:os"
import { run } from "./run.js"

const stop = new AbortController()
let code: number | undefined
for (const name of ["SIGINT", "SIGTERM"] as const) {
  // A second one ends the process at once, as ever.
  process.once(name, () => {
    code = 128 + constants.signals[name]
    stop.abort()
  })
}
const done = await run(process.argv.slice(2), stop.signal)
process.exitCode = code ?? done
// Hooks of the app may be under way, and what it has opened may keep the process for ever: both have so long.
setTimeout(() => process.exit(), 2000).unref()
