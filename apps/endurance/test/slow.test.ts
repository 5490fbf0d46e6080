import { rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { bundle } from "./support/bundle.js"

let directory: string
beforeAll(async () => {
  directory = await bundle("slow/slow", "slow/drip-process", "site/site-process")
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe("slow", () => {
  it("P7: a good upload is taken beside a hundred that send a byte a second, which are held and leave nothing", {
    timeout: 120_000,
  }, async () => {
    const { slow } = (await import(join(directory, "slow.js"))) as typeof import("../src/slow/slow.js")
    const { aloneMs, besideMs, faults } = await slow({ connections: 100, turns: 1, rounds: 2, fileBytes: 4_000_000 })
    expect(faults).toEqual([])
    expect([aloneMs.length, besideMs.length]).toEqual([2, 2])
  })
})
