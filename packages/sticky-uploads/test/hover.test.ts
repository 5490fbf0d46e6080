import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { repository } from "./support/documents.js"
import { hoverOptions } from "./support/hover.js"

const packages = join(repository, "packages")

/** The sources of a package's doors. */
function doorsOf(name: string): string[] {
  const { exports = {} } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8"))
  const sources = Object.values<Record<string, unknown>>(exports).map((door) => door["@sticky-uploads/source"])
  return sources
    .filter((source) => typeof source === "string")
    .map((source) => join(packages, name, source))
    .filter((path) => existsSync(path))
}

describe("an editor", () => {
  it("shows a sentence over every option of every door", () => {
    const hovered = hoverOptions(readdirSync(packages).flatMap(doorsOf), (file) => file.startsWith(packages))
    expect(hovered.length).toBeGreaterThan(150)
    expect(hovered.filter(({ sentence }) => !/\w/.test(sentence)).map(({ name }) => name)).toEqual([])
  }, 120_000)
})
