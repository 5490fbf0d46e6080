import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import type { Row } from "../rows.js"
import { intoPage, markdownOf } from "./markdown.js"
import { tablesOf, terminalTable } from "./table.js"

const rows: Row[] = [
  { scenario: "one-large/random", subject: "raw", throughputRatio: 1, cpuSecondsPerGiB: 0.981 },
  { scenario: "one-large/random", subject: "sticky", throughputRatio: 1.234, cpuSecondsPerGiB: 0.5 },
  { scenario: "one-large/csv", subject: "raw", throughputRatio: 1, cpuSecondsPerGiB: 1 },
  {
    scenario: "one-large/csv",
    subject: "sticky",
    throughputRatio: 0.002,
    cpuSecondsPerGiB: null,
    note: "stopped after 20 s (1 % done)",
  },
  { scenario: "sizes", subject: "a and b", gzippedBytes: 4815.2 },
]

describe("terminalTable", () => {
  it("has a column for each number that its scenario has, and the notes at the end", () => {
    const [random, csv, sizes] = tablesOf(rows).map(terminalTable)
    expect(random).toBe(
      ["one-large/random", "        × raw  CPU s/GiB", "raw      1.00       0.98", "sticky   1.23       0.50"].join(
        "\n",
      ),
    )
    expect(csv?.split("\n").at(-1)).toBe("sticky   0.00          –  stopped after 20 s (1 % done)")
    expect(sizes?.split("\n").at(-1)).toBe("a and b            4815")
  })
})

describe("markdownOf", () => {
  it("shows the ratios of like scenarios at a glance, then everything", () => {
    const text = markdownOf(rows, "npm run bench")
    expect(text).toMatch(/^Measured by `npm run bench` on: Node v\d+/)
    expect(text).toContain(
      "|  | random | csv |\n| --- | --: | --: |\n| raw | 1.00 | 1.00 |\n| sticky | 1.23 | < 0.01 |",
    )
    expect(text.match(/^### .*/gm)).toEqual([
      "### one-large: throughput against raw",
      "### one-large/random",
      "### one-large/csv",
      "### sizes",
    ])
  })
})

describe("intoPage", () => {
  it("makes a page, and renews nothing but its own part of it", () => {
    const directory = mkdtempSync(join(tmpdir(), "sticky-bench-test-"))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const page = join(directory, "speed.md")
    intoPage(page, "first")
    writeFileSync(page, `# Speed\n\n${readFileSync(page, "utf8")}\nWhat it means.\n`)
    intoPage(page, "second")
    expect(readFileSync(page, "utf8")).toBe(
      "# Speed\n\n<!-- bench -->\n\nsecond\n\n<!-- /bench -->\n\nWhat it means.\n",
    )
  })
})
