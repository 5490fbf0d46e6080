import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseAstAsync } from "vitest/node"

// Vitest's own converter, in the version it uses: a branch then has one place, whichever world it ran in.
const vitestOwn = createRequire(import.meta.resolve("@vitest/coverage-v8"))
const { default: convert } = await import(pathToFileURL(vitestOwn.resolve("ast-v8-to-istanbul")))
const { mergeScriptCovs } = vitestOwn("@bcoe/v8-coverage")

const bundleFolder = new URL("../packages/sticky-uploads/test/support/", import.meta.url)

/** Reads what pages of a test run wrote of the bundles they ran: one coverage map of the sources for each bundle. */
export async function readBrowserCoverage(directory) {
  const files = readdirSync(directory)
  const bundles = files.filter((name) => name.endsWith(".js")).map((name) => name.slice(0, -".js".length))
  return Promise.all(
    bundles.map(async (hash) => {
      const code = readFileSync(join(directory, `${hash}.js`), "utf8")
      const url = new URL("bundle.js", bundleFolder).href
      const pages = files.filter((name) => name.startsWith(`${hash}.`) && name.endsWith(".json"))
      const runs = pages.map((name) => ({
        scriptId: "0",
        url,
        functions: JSON.parse(readFileSync(join(directory, name), "utf8")),
      }))
      const [, encoded] = code.slice(code.lastIndexOf("//# sourceMappingURL=data:")).split(",", 2)
      const sourceMap = JSON.parse(Buffer.from(encoded, "base64").toString())
      sourceMap.sources = sourceMap.sources.map((source) => new URL(source, url).href)
      const map = await convert({ code, sourceMap, ast: parseAstAsync(code), coverage: mergeScriptCovs(runs) })
      // As Vitest's own map was written: an end of a line is no number there, and places are told by what they are.
      return JSON.parse(JSON.stringify(map))
    }),
  )
}
