import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { ensureDependencies, root } from "./ensure.mjs"

ensureDependencies()

console.log("Building …")
const { status } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-b", "apps/endurance/tsconfig.server.json"], {
  cwd: root,
  stdio: "inherit",
})
if (status !== 0) process.exit(status ?? 1)

if (process.env.npm_lifecycle_event) {
  // A SIGTERM sent to npm ends npm and its shell, but no one passes it on to what the shell had started.
  const shell = process.ppid
  setInterval(() => process.ppid !== shell && process.exit(143), 500).unref()
}
const [command] = process.argv.splice(2, 1)
await import(`../apps/endurance/dist/${command}/main.js`)
