import { describe, expect, it } from "vitest"
import { askedRange } from "./byte-range.js"

describe("askedRange", () => {
  it.each<[string | undefined, ReturnType<typeof askedRange>]>([
    ["bytes=0-0", { start: 0, end: 1 }],
    ["bytes=0-99", { start: 0, end: 100 }],
    ["bytes=10-19", { start: 10, end: 20 }],
    ["bytes=99-", { start: 99, end: 100 }],
    ["bytes=0-", { start: 0, end: 100 }],
    ["bytes=-1", { start: 99, end: 100 }],
    ["bytes=-100", { start: 0, end: 100 }],
    ["Bytes=1-2", { start: 1, end: 3 }],
    // More than there is: what there is.
    ["bytes=90-1000", { start: 90, end: 100 }],
    ["bytes=-1000", { start: 0, end: 100 }],
    [`bytes=5-${"9".repeat(400)}`, { start: 5, end: 100 }],
    // Nothing of what there is.
    ["bytes=100-", "unsatisfiable"],
    ["bytes=100-200", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    [`bytes=${"9".repeat(400)}-`, "unsatisfiable"],
    // No range, several, or another unit.
    [undefined, "all"],
    ["", "all"],
    ["bytes=-", "all"],
    ["bytes=9-5", "all"],
    ["bytes=0-1,5-6", "all"],
    ["bytes=0-1, -1", "all"],
    ["bytes=1.5-2", "all"],
    ["bytes=0x1-2", "all"],
    ["bytes= 1-2", "all"],
    ["bytes=1--2", "all"],
    ["lines=1-2", "all"],
  ])("reads %s of 100 bytes", (header, asked) => {
    expect(askedRange(header, 100)).toEqual(asked)
  })

  it("finds no part of an empty file", () => {
    expect(["bytes=0-", "bytes=0-0", "bytes=-5"].map((header) => askedRange(header, 0))).toEqual(
      Array(3).fill("unsatisfiable"),
    )
    expect(askedRange(undefined, 0)).toBe("all")
  })
})
