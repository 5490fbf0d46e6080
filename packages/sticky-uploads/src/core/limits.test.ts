import { describe, expect, it } from "vitest"
import {
  checkClaimed,
  checkSize,
  checkSniffed,
  resolveLimits,
  type StickyFileLimits,
  widestCounts,
  widestOf,
} from "./limits.js"

describe("resolveLimits", () => {
  it("takes files of 1 byte to 12 MB of any type when nothing is said", () => {
    expect(resolveLimits()).toEqual({ maxBytes: 12_000_000, minBytes: 1, accept: undefined })
    expect(resolveLimits({ accept: [] }).accept).toBeUndefined()
  })

  it("keeps what is said, 0 and Infinity too", () => {
    expect(resolveLimits({ maxBytes: Infinity, minBytes: 0 })).toMatchObject({ maxBytes: Infinity, minBytes: 0 })
    expect(resolveLimits({ maxBytes: 10, minBytes: 10 })).toMatchObject({ maxBytes: 10, minBytes: 10 })
    expect(resolveLimits({ accept: ["image/*"] }).accept?.list).toEqual(["image/*"])
  })

  it.each([
    [{ maxBytes: 0 }, "maxBytes is 0"],
    [{ maxBytes: -1 }, "maxBytes is -1"],
    [{ maxBytes: 1.5 }, "maxBytes is 1.5"],
    [{ maxBytes: Number.NaN }, "maxBytes is NaN"],
    [{ maxBytes: "5" as never }, "maxBytes is 5"],
    [{ minBytes: -1 }, "minBytes is -1"],
    [{ minBytes: Infinity, maxBytes: Infinity }, "minBytes is Infinity"],
    [{ minBytes: 11, maxBytes: 10 }, "minBytes 11 is over maxBytes 10"],
    [{ accept: ["pdf"] }, 'accept has "pdf"'],
  ])("refuses %j with a TypeError that names the option", (limits, message) => {
    expect(() => resolveLimits(limits)).toThrow(TypeError)
    expect(() => resolveLimits(limits)).toThrow(`sticky-uploads: ${message}`)
  })
})

describe("checkSize", () => {
  const limits = resolveLimits({ minBytes: 10, maxBytes: 20 })
  const codeOf = (size: number) => checkSize({ name: "a", size }, limits)?.code

  it("takes both ends of the range", () => {
    expect([codeOf(10), codeOf(20)]).toEqual([undefined, undefined])
  })

  it("says which end a file is over, and that an empty one is empty", () => {
    expect([codeOf(0), codeOf(9), codeOf(21)]).toEqual(["file_empty", "file_too_small", "file_too_large"])
  })

  it("takes an empty file where 0 bytes are enough", () => {
    expect(checkSize({ name: "a", size: 0 }, resolveLimits({ minBytes: 0 }))).toBeUndefined()
  })

  it("takes every size where the limit is lifted", () => {
    expect(
      checkSize({ name: "a", size: Number.MAX_SAFE_INTEGER }, resolveLimits({ maxBytes: Infinity })),
    ).toBeUndefined()
  })
})

describe("checkSniffed", () => {
  it("takes any type where none is asked for", () => {
    expect(checkSniffed({ name: "a", type: "application/octet-stream" }, resolveLimits())).toBeUndefined()
  })

  it("says the type that was found and those that are taken", () => {
    expect(checkSniffed({ name: "a.png", type: "text/plain" }, resolveLimits({ accept: ["image/*", ".pdf"] }))).toEqual(
      {
        code: "file_type_refused",
        details: { name: "a.png", type: "text/plain", accept: ["image/*", ".pdf"] },
      },
    )
  })
})

describe("checkClaimed", () => {
  const limits = resolveLimits({ maxBytes: 10, accept: ["image/*"] })

  it("judges the size before the type", () => {
    expect(checkClaimed({ name: "a.txt", size: 11, type: "text/plain" }, limits)?.code).toBe("file_too_large")
    expect(checkClaimed({ name: "a.txt", size: 1, type: "text/plain" }, limits)?.code).toBe("file_type_refused")
    expect(checkClaimed({ name: "a.png", size: 1, type: "" }, limits)).toBeUndefined()
  })

  it("calls a type that the browser does not know unknown", () => {
    expect(checkClaimed({ name: "a", size: 1, type: "" }, limits)?.details).toMatchObject({ type: "" })
  })
})

describe("widestOf", () => {
  const widest = (...all: StickyFileLimits[]) => widestOf(all.map((each) => resolveLimits(each)))

  it("is what was declared, where there is one", () => {
    const declared = { maxBytes: 5_000_000, minBytes: 10, accept: ["image/*", ".pdf"] }
    expect(widest(declared)).toEqual(declared)
    expect(widest({})).toEqual({ maxBytes: 12_000_000, minBytes: 1 })
  })

  it("takes of several what any of them takes", () => {
    expect(
      widest({ maxBytes: 10, accept: [".pdf"] }, { maxBytes: 20, minBytes: 5, accept: ["image/*", ".pdf"] }),
    ).toEqual({ maxBytes: 20, minBytes: 1, accept: [".pdf", "image/*"] })
    expect(widest({ accept: [".pdf"] }, {})).toEqual({ maxBytes: 12_000_000, minBytes: 1 })
  })
})

describe("widestCounts", () => {
  it("takes the widest of each limit, and none where one list has none", () => {
    expect(
      widestCounts([
        { minFiles: 2, maxFiles: 3, maxTotalBytes: 5 },
        { minFiles: 1, maxFiles: 4 },
      ]),
    ).toEqual({
      minFiles: 1,
      maxFiles: 4,
    })
    expect(widestCounts([{ maxFiles: 3 }])).toEqual({ maxFiles: 3 })
    expect(widestCounts([{ maxFiles: 3 }, {}])).toEqual({})
  })
})
