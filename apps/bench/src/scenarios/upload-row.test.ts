import { describe, expect, it } from "vitest"
import type { Sample } from "./sample.js"
import { uploadRow } from "./upload-row.js"

const MiB = 2 ** 20
const sample = (mebibytesPerSecond: number, filesPerSecond = 1, loopP99Ms = 2): Sample => ({
  bytesPerSecond: mebibytesPerSecond * MiB,
  filesPerSecond,
  loadCpuShare: 0.25,
  spent: { bytes: 512 * MiB, cpuSeconds: 0.4, loopP99Ms, loopMaxMs: 9, peakRssBytes: 150 * MiB },
})
const subject = { name: "multer", idleRssBytes: 100 * MiB } as const

describe("uploadRow", () => {
  it("sums the rounds up: medians, the ratio to raw round by round, memory over idle", () => {
    const raw = [sample(100), sample(50), sample(100)]
    expect(uploadRow("one-large/random", subject, [sample(80), sample(20), sample(90)], raw, false)).toEqual({
      scenario: "one-large/random",
      subject: "multer",
      throughputRatio: 0.8,
      mebibytesPerSecond: 80,
      cpuSecondsPerGiB: 0.8,
      peakRssMiB: 50,
      loopP99Ms: 2,
      loadCpuPercent: 25,
      rounds: 3,
    })
  })

  it("counts requests where there are many", () => {
    const row = uploadRow("many-small/random", subject, [sample(10, 300)], [sample(10, 200)], true)
    expect(row).toMatchObject({ requestsPerSecondRatio: 1.5, requestsPerSecond: 300 })
  })

  it("knows of one that was stopped how fast it was until then, and nothing else", () => {
    const { spent: _, ...stopped } = sample(1)
    const ended = { note: "stopped after 2 s (3 % done)" }
    const row = uploadRow("one-large/random", { ...subject, ended }, [stopped, undefined], [sample(100)], false)
    expect(row).toMatchObject({
      throughputRatio: 0.01,
      cpuSecondsPerGiB: null,
      peakRssMiB: null,
      loopP99Ms: null,
      ...ended,
    })
  })

  it("says of one that was never measured that the time was over", () => {
    const row = uploadRow("one-large/random", subject, [undefined], [sample(1)], false)
    expect(row).toMatchObject({ throughputRatio: null, note: "not run: the time was over" })
  })
})
