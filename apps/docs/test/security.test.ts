import { existsSync, readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { testNames } from "../../../packages/sticky-uploads/test/support/test-names.js"

const page = new URL("../guide/security.md", import.meta.url)
const markdown = readFileSync(page, "utf8")
const promises = Array.from({ length: 12 }, (_, at) => `P${at + 1}`)

const links = new Map([...markdown.matchAll(/^\[([\w-]+)\]: (\S+)$/gm)].map(([, name = "", path = ""]) => [name, path]))
const rows = [...markdown.matchAll(/^\| \*\*(P\d+)\*\* \| (.+) \| (.+) \|$/gm)].map(
  ([, id = "", claim, tests = ""]) => ({
    id,
    claim,
    tests: [...tests.matchAll(/\[([\w-]+)\]/g)].map(([, name = ""]) => name),
  }),
)

describe("the chapter on security", () => {
  it("has each promise once and in order", () => {
    expect(rows.map(({ id }) => id)).toEqual(promises)
  })

  it.each(rows)("$id names tests that are there and attack it by its number", ({ id, tests }) => {
    expect(tests.length).toBeGreaterThan(0)
    for (const name of tests) {
      const file = new URL(links.get(name) ?? "missing", page)
      expect(existsSync(file), `${name} is there`).toBe(true)
      const names = testNames(readFileSync(file, "utf8"))
      expect(
        names.filter((each) => new RegExp(`\\b${id}\\b`).test(each)),
        `${name} names ${id}`,
      ).not.toEqual([])
    }
  })

  it("has in each promise's row all tests of its own", () => {
    const own = readdirSync(new URL("../../../packages/sticky-uploads/test/promises/", import.meta.url))
    const linked = rows.flatMap(({ id, tests }) => tests.map((name) => `${id.toLowerCase()} ${links.get(name)}`))
    for (const file of own) {
      const [id] = file.split(".")
      expect(linked).toContain(`${id} ../../../packages/sticky-uploads/test/promises/${file}`)
    }
  })

  it("uses each of its links", () => {
    const used = new Set(rows.flatMap(({ tests }) => tests))
    expect([...links.keys()].filter((name) => !used.has(name))).toEqual([])
  })

  it("answers every requirement of ASVS 5.0 V5, in order", () => {
    const asked = { "5.1": 1, "5.2": 6, "5.3": 3, "5.4": 3 }
    const all = Object.entries(asked).flatMap(([section, last]) =>
      Array.from({ length: last }, (_, at) => `${section}.${at + 1}`),
    )
    expect([...markdown.matchAll(/^\| (5\.\d\.\d) \| .+ \| .+ \| .* \|$/gm)].map(([, id]) => id)).toEqual(all)
  })
})
