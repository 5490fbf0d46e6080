import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { testNames } from "../support/test-names.js"

const page = new URL("../../../../apps/docs/guide/conformance.md", import.meta.url)
const markdown = readFileSync(page, "utf8")

const upTo = (letter: string, last: number) => Array.from({ length: last }, (_, at) => `${letter}${at + 1}`)

/** Every behaviour and fault of the original. T9, W4 and W9 were never given. */
const ids = [
  ...upTo("V", 11),
  ...upTo("T", 10).filter((id) => id !== "T9"),
  ...upTo("W", 10).filter((id) => id !== "W4" && id !== "W9"),
  ...upTo("S", 4),
  ...upTo("B", 9),
  ...upTo("D", 11),
]

const links = new Map([...markdown.matchAll(/^\[(\w+)\]: (\S+)$/gm)].map(([, name, path]) => [name, path]))
const rows = [...markdown.matchAll(/^\| ([A-Z]\d+) \| (.+) \| (.+) \| \[(\w+)\] \|$/gm)].map(
  ([, id = "", original = "", ours = "", proof]) => ({ id, original, ours, proof: links.get(proof) }),
)

describe("the page for those who come from the original", () => {
  it("has a row for each behaviour and each fault, once and in order", () => {
    expect(rows.map(({ id }) => id)).toEqual(ids)
  })

  it.each(rows)("$id says what the original does, what is done here, and names a test of that id", ({ id, proof }) => {
    const file = fileURLToPath(new URL(proof ?? "missing", page))
    expect(existsSync(file), `${file} is there`).toBe(true)
    const names = testNames(readFileSync(file, "utf8"))
    expect(names.filter((name) => new RegExp(`^${id}\\b`).test(name))).not.toEqual([])
  })

  it("leads to no file that is not there", () => {
    for (const path of links.values()) expect(existsSync(new URL(path ?? "missing", page)), path).toBe(true)
  })
})

describe("testNames", () => {
  it("reads what runs, however it is written, and leaves out what is skipped", () => {
    const source = `
      describe("V1 a row", () => { it("says", () => {}); it.each(cases)("V2 %s", () => {}) })
      describe.each([1])(\`V3\`, () => {})
      describe.skip("V4", () => { it("V5", () => {}) })
      it.todo("V6")
      it.skipIf(true)("V7", () => {})
      // describe("V8")
      const text = 'it("V9")'
    `
    expect(testNames(source)).toEqual(["V1 a row", "says", "V2 %s", "V3"])
  })
})
