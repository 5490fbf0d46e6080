import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { build, ensureChromium, ensureDependencies, root } from "./ensure.mjs"

ensureDependencies()
ensureChromium()
build()

const { status } = spawnSync(
  join(root, "node_modules/.bin/vitest"),
  ["run", "--config", "vitest.workspace.ts", "--project", "browser", "packages/create-sticky-uploads/"],
  { cwd: root, stdio: "inherit", env: { ...process.env, STRANGERS: "all" } },
)
process.exitCode = status ?? 1
