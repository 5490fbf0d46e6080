import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { formatBytes } from "../index.js"
import { sizesIn } from "./sizes.js"

describe("sizesIn", () => {
  it.each([
    ["de", 0, "0 Byte"],
    ["de", 1, "1 Byte"],
    ["de", 999, "999 Byte"],
    ["de", 1051, "1,1 kB"],
    ["de", 999_950, "1 MB"],
    ["de", 7_200_000, "7,2 MB"],
    ["de", 1_073_741_824, "1,1 GB"],
    ["de", 2e15, "2.000 TB"],
    ["fr", 0, "0 octet"],
    ["fr", 1, "1 octet"],
    ["fr", 999, "999 octets"],
    ["fr", 1051, "1,1 ko"],
    ["fr", 999_950, "1 Mo"],
    ["fr", 7_200_000, "7,2 Mo"],
    ["fr", 1_073_741_824, "1,1 Go"],
    ["fr", 2e15, "2 000 To"],
    ["nl", 7_200_000, "7,2 MB"],
    ["de-CH", 7_200_000, "7.2 MB"],
  ])("writes in %s %d as %j, on one line", (language, bytes, text) => {
    const written = sizesIn(language)(bytes)
    expect(written.replace(/[\u00a0\u202f]/g, " ")).toBe(text)
    expect(written).not.toContain(" ")
  })

  it("is exact beside a size that reads the same", () => {
    const size = sizesIn("de")
    expect(size(5_000_001, 5_000_000)).toBe("5.000.001\u00a0Byte")
    expect(size(5_100_000, 5_000_000)).toBe("5,1\u00a0MB")
  })

  it("follows the rule of English to the digit", () => {
    const digits = (text: string) => text.replace(/[^\d.]/g, "")
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(2_000_000), (bytes, beside) => {
        const german = sizesIn("de")(bytes, beside).replaceAll(".", "").replace(",", ".")
        expect(digits(german)).toBe(digits(formatBytes(bytes, beside)))
      }),
    )
  })
})
