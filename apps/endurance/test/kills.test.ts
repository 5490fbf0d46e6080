import { randomUUID } from "node:crypto"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { bundle } from "./support/bundle.js"

let directory: string
beforeAll(async () => {
  directory = await bundle("kills/run", "kills/server-process")
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe("runKills", () => {
  it("P5 P6 P8: a server is killed fifteen times while clients use it; what they were told holds, and the sweeps leave nothing", {
    timeout: 300_000,
  }, async () => {
    const { runKills } = (await import(join(directory, "run.js"))) as typeof import("../src/kills/run.js")
    const seed = randomUUID()
    console.info(`--seed ${seed}`)
    const report = await runKills({ kills: 15, seed, clients: 8 })
    expect(report).toMatchObject({ kills: 15, violations: [] })
    // It was a test only if there was something to lose.
    expect(report.accepted).toBeGreaterThan(15)
    expect(report.uploadsCut + report.submitsCut).toBeGreaterThan(0)
  })
})
