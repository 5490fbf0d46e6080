import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { build } from "./support/build.js"

beforeAll(build, 120_000)

const amounts = {
  rounds: 1,
  largeBytes: 65_536,
  smallBytes: 20_480,
  smallFiles: 8,
  atOnceBytes: 65_536,
  atOnce: [4],
  sizes: [],
  warmUpBytes: 65_536,
  keepsServers: true,
  loopSeconds: 0.01,
  stagedFiles: 200,
  limitSeconds: 30,
  budgetSeconds: 100,
}

/** Runs scenarios from the built program, whose processes are files beside it. */
async function run(only: string[], more: object = {}, names?: string[]) {
  const [{ runScenarios }, { chosen, planOf }, { subjectNames }] = await Promise.all([
    import("../dist/run.js"),
    import("../dist/plan.js"),
    import("../dist/subjects.js"),
  ])
  const directory = mkdtempSync(join(tmpdir(), "sticky-bench-test-"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const own = { ...amounts, ...more }
  const subjects = names ? subjectNames.filter((name) => names.includes(name)) : subjectNames
  const rows = await runScenarios(chosen(planOf(own), only), { amounts: own, subjects, directory }, () => undefined)
  expect(readdirSync(directory)).toEqual([])
  return { rows, subjects }
}

describe("runScenarios", () => {
  it("has every subject take whole files, and leaves no file behind", async () => {
    const { rows, subjects } = await run(["one-large/near-boundary", "many-small"])
    // Bytes are compared before anything is measured, numbers and sizes each time: what differs is a failure.
    expect(rows.filter((row) => row.note !== undefined)).toEqual([])
    const scenarios = [...new Set(rows.map(({ scenario }) => scenario))]
    expect(scenarios).toEqual(["one-large/near-boundary", "many-small/random"])
    expect(rows).toHaveLength(scenarios.length * subjects.length)
    for (const row of rows) {
      const numbers = [row.throughputRatio, row.cpuSecondsPerGiB, row.peakRssMiB, row.loopP99Ms, row.loadCpuPercent]
      expect(numbers.map((value) => typeof value)).toEqual(numbers.map(() => "number"))
      if (row.subject === "raw") expect(row.throughputRatio).toBe(1)
    }
  }, 120_000)

  it("does not wait for a subject that takes too long, and goes on with the others", async () => {
    const hostile = { largeBytes: 64 * 2 ** 20, limitSeconds: 1 }
    const { rows } = await run(["one-large/carriage-returns"], hostile, ["raw", "formidable"])
    expect(rows.find(({ subject }) => subject === "formidable")).toMatchObject({
      cpuSecondsPerGiB: null,
      note: expect.stringMatching(/^stopped after 1 s \(\d+ % done\)$/),
    })
  }, 60_000)

  it("begins nothing when the time is over", async () => {
    expect((await run(["one-large"], { budgetSeconds: 0 })).rows).toEqual([])
  })

  it("measures tokens, parsing, sizes and a sweep", async () => {
    const { rows } = await run(["tokens", "parse", "sizes", "sweep"])
    const of = (scenario: string) => rows.filter((row) => row.scenario === scenario)
    expect(of("tokens").map(({ subject }) => subject)).toEqual(["sticky", "jose", "@hapi/iron"])
    for (const { signedPerSecond, verifiedPerSecond } of of("tokens")) {
      expect(signedPerSecond).toBeGreaterThan(0)
      expect(verifiedPerSecond).toBeGreaterThan(0)
    }
    for (const { parsedPerSecond } of of("parse")) expect(parsedPerSecond).toBeGreaterThan(0)
    // A bundle of nothing would be the smallest of all.
    for (const { subject, gzippedBytes } of of("sizes")) expect(gzippedBytes, subject).toBeGreaterThan(1000)
    expect(of("sweep").map(({ subject, files }) => [subject, files])).toEqual([
      ["sticky", 200],
      ["listing all", 198],
      ["removing the expired", 2],
    ])
  }, 60_000)

  it("has S3 take whole files, from a disk and through the endpoint, and leaves no file behind", async () => {
    const { rows } = await run(["s3"])
    expect(rows.map(({ scenario, subject, note }) => [scenario, subject, note])).toEqual([
      ["s3/0.0625MiB", "lib-storage", undefined],
      ["s3/0.0625MiB", "lib-storage-8mib", undefined],
      ["s3/0.0625MiB", "sticky-s3", undefined],
    ])
    expect(rows[0]?.libStorageRatio).toBe(1)
    for (const { libStorageRatio, peakRssMiB } of rows) {
      expect([libStorageRatio, peakRssMiB].map((value) => typeof value)).toEqual(["number", "number"])
    }
  }, 120_000)
})
