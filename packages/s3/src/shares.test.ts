import { describe, expect, it } from "vitest"
import { createShares } from "./shares.js"

describe("createShares", () => {
  it("gives five parts to each of a few uploads, and one to each of many", () => {
    const takeShare = createShares()
    const partsWith = (uploads: number) => {
      const shares = Array.from({ length: uploads }, takeShare)
      const parts = shares.map((share) => share.parts())
      for (const share of shares) share.giveBack()
      return new Set(parts)
    }
    const seen = [1, 8, 10, 20, 40, 41, 1000].map((uploads) => [...partsWith(uploads)])
    expect(seen).toEqual([[5], [5], [4], [2], [1], [1], [1]])
  })

  it("gives more again once others are over", () => {
    const takeShare = createShares()
    const [mine, ...others] = Array.from({ length: 40 }, takeShare)
    expect(mine?.parts()).toBe(1)
    for (const other of others) other.giveBack()
    expect(mine?.parts()).toBe(5)
  })
})
