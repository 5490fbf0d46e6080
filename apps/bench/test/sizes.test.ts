import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { repository } from "../../../packages/sticky-uploads/test/support/documents.js"
import { weighOurs } from "../src/inside/sizes.js"

/** What a row may be off before the page has to be written again. */
const toleratedBytes = 60

const page = readFileSync(join(repository, "apps/docs/guide/sizes.md"), "utf8")

/** The gzipped bytes that the page tells, by table and subject. */
const told = new Map(
  page.split(/^### /m).flatMap((table) => {
    const scenario = table.split("\n", 1)[0] ?? ""
    const rows = table.matchAll(/^\| ([^|]+) \| \d+ \| (\d+) \|/gm)
    return [...rows].map(([, subject, bytes]) => [`${scenario}: ${subject}`, Number(bytes)] as const)
  }),
)

describe("the page on sizes", () => {
  it("tells of each piece of ours what it weighs today", async () => {
    const rows = await weighOurs()
    expect(rows.length).toBeGreaterThan(10)
    const stale = rows.filter(({ scenario, subject, gzippedBytes }) => {
      const bytes = told.get(`${scenario}: ${subject}`) ?? Number.NaN
      return !(Math.abs(bytes - (gzippedBytes ?? 0)) <= toleratedBytes)
    })
    expect(stale, "npm run bench -- --only sizes --markdown apps/docs/guide/sizes.md").toEqual([])
  }, 120_000)
})
