import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { ensureDependencies, root } from "./ensure.mjs"

/** Builds an app of this repository and becomes one of its programs, with the arguments of this process. */
export async function runApp(app, program) {
  ensureDependencies()
  console.log("Building …")
  const { status } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-b", `apps/${app}/tsconfig.server.json`], {
    cwd: root,
    stdio: "inherit",
  })
  if (status !== 0) process.exit(status ?? 1)
  if (process.env.npm_lifecycle_event) {
    // A SIGTERM sent to npm ends npm and its shell, but no one passes it on to what the shell had started.
    const shell = process.ppid
    setInterval(() => process.ppid !== shell && process.exit(143), 500).unref()
  }
  await import(`../apps/${app}/dist/${program}`)
}
