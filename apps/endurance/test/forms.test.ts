import { randomUUID } from "node:crypto"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openGround } from "../src/forms/open-ground.js"
import { bundle } from "./support/bundle.js"

let directory: string
beforeAll(async () => {
  directory = await bundle("forms/run", "forms/server-process")
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe("runForms", () => {
  it("P5 P6 P8 P12: forms are filled in at two processes that are killed and get other secrets: each has one row with its own file, and a sweep leaves nothing", {
    timeout: 300_000,
  }, async () => {
    const { runForms } = (await import(join(directory, "run.js"))) as typeof import("../src/forms/run.js")
    const seed = randomUUID()
    console.info(`--seed ${seed}`)
    const { ground, close } = await openGround("directory")
    try {
      const report = await runForms({
        count: 20,
        people: 8,
        seed,
        ground,
        thinkMs: 500,
        livesSteps: 150,
        livesMs: 3000,
      })
      expect(report).toMatchObject({ forms: 20, violations: [] })
      // It was a test only if there was something to lose.
      expect(report.kills).toBeGreaterThan(0)
      expect(report.picksCut + report.failsCut + report.submitsCut).toBeGreaterThan(0)
    } finally {
      await close()
    }
  })
})
