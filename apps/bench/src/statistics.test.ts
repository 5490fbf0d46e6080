import { describe, expect, it } from "vitest"
import { median, medianRatio, rotated } from "./statistics.js"

describe("median", () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 10, 2], 3],
    [[100, 20, 3], 20],
  ])("of %j is %d", (values, expected) => expect(median(values)).toBe(expected))

  it("leaves the values in their order", () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })

  it("is refused of nothing", () => expect(() => median([])).toThrow(RangeError))
})

describe("medianRatio", () => {
  it("compares what was measured in the same round, so that a slow round of both says nothing", () => {
    expect(medianRatio([200, 20, 300], [100, 10, 100])).toBe(2)
  })

  it("leaves out rounds that one of both lacks", () => {
    expect(medianRatio([undefined, 30, 99], [10, 10, undefined])).toBe(3)
    expect(medianRatio([10], [0])).toBeUndefined()
    expect(medianRatio([10, undefined], [])).toBeUndefined()
  })
})

describe("rotated", () => {
  it("lets each come first in its turn", () => {
    expect([0, 1, 2, 3].map((round) => rotated(["a", "b", "c"], round).join(""))).toEqual(["abc", "bca", "cab", "abc"])
    expect(rotated([], 2)).toEqual([])
  })
})
