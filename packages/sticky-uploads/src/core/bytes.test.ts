import { describe, expect, it } from "vitest"
import { formatBytes } from "./bytes.js"

describe("formatBytes", () => {
  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1 kB"],
    [1049, "1 kB"],
    [1051, "1.1 kB"],
    [999_949, "999.9 kB"],
    [999_950, "1 MB"],
    [5_000_000, "5 MB"],
    [7_200_000, "7.2 MB"],
    [12_000_000, "12 MB"],
    [1_073_741_824, "1.1 GB"],
    [2e15, "2000 TB"],
  ])("writes %d as %j", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  it("is exact beside a size that reads the same", () => {
    expect(formatBytes(5_000_001, 5_000_000)).toBe("5000001 bytes")
    expect(formatBytes(5_000_000, 5_000_000)).toBe("5 MB")
    expect(formatBytes(5_100_000, 5_000_000)).toBe("5.1 MB")
  })
})
