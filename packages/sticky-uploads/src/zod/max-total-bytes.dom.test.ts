import { describe, expect, it } from "vitest"
import * as z from "../zod.js"

describe("maxTotalBytes, in a browser", () => {
  it("adds up files and what tokens say of theirs", () => {
    const schema = z.array(z.stickyFile()).check(z.maxTotalBytes(10))
    const claims = btoa(JSON.stringify({ jti: "id", name: "a.txt", size: 6, type: "text/plain" }))
    const token = ["x".repeat(20), claims.replace(/=+$/, ""), "x".repeat(43)].join(".") as z.StickyToken
    const fileOf = (size: number) => new File(["x".repeat(size)], "b.txt")
    expect(schema.safeParse([token, fileOf(4)]).success).toBe(true)
    expect(schema.safeParse([token, fileOf(5)]).error?.issues).toMatchObject([
      { path: [], params: { code: "files_too_large", details: { bytes: 11, maxBytes: 10 } } },
    ])
  })
})
