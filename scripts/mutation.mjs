import { spawnSync } from "node:child_process"
import { existsSync, statSync } from "node:fs"
import { join } from "node:path"
import { ensureDependencies, root } from "./ensure.mjs"

const folder = join(root, "mutation")

// Of its own, with a lock file of its own: 170 packages that nobody needs who builds or tests.
function ensureStryker() {
  const installed = join(folder, "node_modules/.package-lock.json")
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, "package-lock.json")).mtimeMs)
    return
  console.log("Installing Stryker (npm ci) …")
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: "inherit",
  })
  if (status !== 0) process.exit(status ?? 1)
}

ensureDependencies()
ensureStryker()
const { status } = spawnSync(
  join(folder, "node_modules/.bin/stryker"),
  ["run", "mutation/stryker.config.mjs", ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit" },
)
process.exitCode = status ?? 1
