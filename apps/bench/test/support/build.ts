import { execFileSync } from "node:child_process"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const tsc = join(createRequire(import.meta.url).resolve("typescript"), "../tsc.js")

/** Compiles the bench and what it measures: its processes are started from files. */
export function build(): void {
  execFileSync(process.execPath, [tsc, "-b", "tsconfig.server.json"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: "inherit",
  })
}
