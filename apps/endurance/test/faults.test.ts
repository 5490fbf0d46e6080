import { randomUUID } from "node:crypto"
import { describe, expect, it } from "vitest"
import { runFaults } from "../src/faults/run.js"

describe("runFaults", () => {
  it("P5 P6 P8: ten things go wrong between an app and its store; what clients were told holds, and the sweeps leave nothing", {
    // Ceph may have to be installed.
    timeout: 300_000,
  }, async () => {
    const seed = randomUUID()
    console.info(`--seed ${seed}`)
    const report = await runFaults({ count: 10, seed, clients: 3, waitsForHeld: false })
    expect(report).toMatchObject({ faults: 10, violations: [] })
    // It was a test only if something failed, and something did not.
    expect(report.uploadsFailed + report.submitsFailed).toBeGreaterThan(0)
    expect(report.accepted).toBeGreaterThan(0)
  })
})
