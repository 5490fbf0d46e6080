import { describe, expect, it } from "vitest"
import { bodyKinds, boundary, contentOf } from "./content.js"

const MiB = 2 ** 20

describe.each(bodyKinds)("contentOf %s", (kind) => {
  it.each([1, 20_480, MiB, MiB + 1, 9 * MiB + 7])("is exactly %d bytes", (bytes) => {
    expect(contentOf(kind, bytes).reduce((sum, piece) => sum + piece.length, 0)).toBe(bytes)
  })

  it("is the same each time", () => {
    expect(Buffer.concat(contentOf(kind, 100_000)).equals(Buffer.concat(contentOf(kind, 100_000)))).toBe(true)
  })

  it("never holds the delimiter, not even where its block begins anew", () => {
    expect(Buffer.concat(contentOf(kind, 17 * MiB)).includes(`\r\n--${boundary}`)).toBe(false)
  })
})

describe("contentOf", () => {
  it("has nothing at all for an empty file", () => expect(contentOf("csv", 0)).toEqual([]))

  it("gives each kind what it is named after", () => {
    const text = (kind: (typeof bodyKinds)[number]) => Buffer.concat(contentOf(kind, 100_000)).toString("latin1")
    expect(new Set(text("carriage-returns"))).toEqual(new Set("\r"))
    expect(text("near-boundary").split(`\r\n--${boundary.slice(0, -1)}`).length).toBeGreaterThan(2000)
    expect(
      new Set(
        text("csv")
          .trim()
          .split("\r\n")
          .slice(0, -1)
          .map((line) => line.split(",").length),
      ),
    ).toEqual(new Set([5, 6]))
    expect(new Set(text("random")).size).toBe(256)
  })
})
