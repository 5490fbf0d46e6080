import { describe, expect, it } from "vitest"
import type { Row } from "../rows.js"
import { chartOf } from "./chart.js"

const rows: Row[] = [
  { scenario: "one-large/random", subject: "raw", throughputRatio: 1 },
  { scenario: "one-large/random", subject: "a & b <c>", throughputRatio: 1.234 },
  { scenario: "one-large/csv", subject: "raw", throughputRatio: 1 },
  { scenario: "one-large/csv", subject: "a & b <c>", throughputRatio: 0.002 },
]

describe("chartOf", () => {
  const document = new DOMParser().parseFromString(chartOf(rows), "image/svg+xml")

  it("is an image with a title and the numbers in words", () => {
    const svg = document.documentElement
    expect(svg.getAttribute("role")).toBe("img")
    const [title, description] = svg
      .getAttribute("aria-labelledby")!
      .split(" ")
      .map((id) => document.getElementById(id))
    expect(title?.textContent).toContain("Throughput")
    expect(description?.textContent).toBe("raw: random 1.00, csv 1.00. a & b <c>: random 1.23, csv < 0.01.")
  })

  it("draws a bar as long as its ratio", () => {
    const bars = [...document.querySelectorAll("rect[x='210'][height='9']")].map((bar) =>
      Number(bar.getAttribute("width")),
    )
    expect(bars).toHaveLength(4)
    const [raw = 0, , sticky = 0, stopped = 0] = bars
    expect(sticky / raw).toBeCloseTo(1.234, 2)
    expect(stopped).toBeLessThan(3)
  })

  it("stays within its width", () => {
    const width = Number(document.documentElement.getAttribute("viewBox")!.split(" ")[2])
    const ends = [...document.querySelectorAll("rect")].map(
      (bar) => Number(bar.getAttribute("x")) + Number(bar.getAttribute("width")),
    )
    expect(Math.max(...ends)).toBeLessThanOrEqual(width)
  })

  it("has words for nothing to draw", () => {
    expect(() => chartOf([{ scenario: "sizes", subject: "x", gzippedBytes: 1 }])).toThrow(/none of these scenarios/)
  })
})
