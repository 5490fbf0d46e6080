import { readFileSync } from "node:fs"
import { english, StickyError, type StickyErrorCode } from "sticky-uploads"
import { describe, expect, it } from "vitest"

const page = readFileSync(new URL("../guide/errors.md", import.meta.url), "utf8")
const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| (.+?) \| (.+?) \|$/gm)].map(([, code, status]) => [
  code,
  Number(status),
])

describe("the chapter on errors", () => {
  it("lists every code once, with the status it has", () => {
    const codes = Object.keys(english) as StickyErrorCode[]
    const all = codes.map((code) => [code, new StickyError(code, {} as never, "").status])
    expect(rows.toSorted()).toEqual(all.toSorted())
  })
})
