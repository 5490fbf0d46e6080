import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { build, ensureDependencies, root } from "./ensure.mjs"

const docs = join(root, "apps/docs")

ensureDependencies()
// The guide names the hash of the ready-made script.
build()

const { status } = spawnSync(join(root, "node_modules/.bin/typedoc"), ["--logLevel", "Warn"], {
  cwd: docs,
  stdio: "inherit",
})
if (status === 0) console.log(`The guide: ${pathToFileURL(join(docs, "dist/site/index.html"))}`)
process.exit(status ?? 1)
