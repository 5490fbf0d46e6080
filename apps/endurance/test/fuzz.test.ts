import { rm } from "node:fs/promises"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { bundle } from "./support/bundle.js"

let directory: string
beforeAll(async () => {
  directory = await bundle("fuzz/fuzz", "site/site-process")
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const load = async () => (await import(join(directory, "fuzz.js"))) as typeof import("../src/fuzz/fuzz.js")

describe("fuzz", () => {
  it("P7: tries bodies, form fields and tokens: each is answered, and the server is as it was", {
    timeout: 120_000,
  }, async () => {
    const { fuzz } = await load()
    const seed = Math.trunc(Date.now() % 2 ** 31)
    console.info(`seed ${seed}`)
    const results = await fuzz({ seed, endsBy: { runs: 40 } }, () => undefined)
    expect(results.flatMap(({ findings }) => findings)).toEqual([])
    expect(results.map(({ cases }) => cases)).toEqual([40, 40, 40])
  })

  it("reports the smallest case of what it finds", async () => {
    const { fuzz } = await load()
    const tooLarge = {
      name: "numbers",
      property: () =>
        fc.asyncProperty(fc.nat(), async (number) => {
          if (number >= 10) throw new Error("it is too large")
        }),
    }
    const [result] = await fuzz({ seed: 1, endsBy: { runs: 100 } }, () => undefined, [tooLarge])
    expect(result?.findings).toEqual([expect.stringMatching(/^it is too large\n.*Counterexample: \[10\]/s)])
  })
})
