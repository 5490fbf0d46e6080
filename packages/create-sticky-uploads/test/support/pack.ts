import { existsSync, readdirSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { repository } from "../../../sticky-uploads/test/support/documents.js"
import { run } from "./run.js"

const tsc = join(createRequire(import.meta.url).resolve("typescript"), "../tsc.js")

/** Packs packages of this repository as they would be published; gives the paths of the tarballs by the packages' names. */
export async function pack(directory: string, ...names: string[]): Promise<Map<string, string>> {
  const tarballs = new Map<string, string>()
  for (const name of names) {
    const folder = join(repository, "packages", name.replace(/^@[^/]+\//, ""))
    const worlds = readdirSync(folder).filter((file) => /^tsconfig\.(?!test\b)\w+\.json$/.test(file))
    await run(process.execPath, [tsc, "-b", ...worlds], folder)
    // The ready-made scripts were built before the tests, and another test may be packing them right now.
    const isBuilt = name !== "sticky-uploads" || existsSync(join(folder, "dist/sticky-uploads.js"))
    const options = ["--silent", "--pack-destination", directory, ...(isBuilt ? ["--ignore-scripts"] : [])]
    tarballs.set(name, join(directory, (await run("npm", ["pack", ...options], folder)).trim()))
  }
  return tarballs
}
