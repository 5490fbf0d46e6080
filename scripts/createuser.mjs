import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { build, ensureDependencies, root } from "./ensure.mjs"

const command = join(root, "apps/example/dist/createuser.js")

ensureDependencies()
if (!existsSync(command)) build()

const { status } = spawnSync(process.execPath, [command, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" })
process.exit(status ?? 1)
