import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createRotation } from "./rotation.js"

const processes = ["a", "b", "c"]

describe("createRotation", () => {
  it("adds, swaps and takes out, each step at all processes before the next, and the last after a token's life", () => {
    let now = 0
    const rotation = createRotation(["a", "b"], 100, () => now)
    const short = (process: string) =>
      rotation
        .next(process)
        .map((secret) => secret.slice(7, 8))
        .join()
    expect([short("a"), short("a"), short("b"), short("b")]).toEqual(["0,1", "0,1", "0,1", "1,0"])
    expect([short("b"), short("a")]).toEqual(["1,0", "1,0"])
    now = 99
    expect([short("a"), short("b"), rotation.rotations]).toEqual(["1,0", "1,0", 0])
    now = 100
    expect([short("a"), short("a"), short("b"), rotation.rotations]).toEqual(["1", "1", "1", 1])
    expect([short("b"), short("b"), short("a")]).toEqual(["1,2", "1,2", "1,2"])
  })

  it("lets every process verify what any of them signs, and what one has signed within a token's life", () => {
    const starts = fc.array(fc.record({ process: fc.constantFrom(...processes), afterMs: fc.nat({ max: 80 }) }))
    fc.assert(
      fc.property(starts, (all) => {
        let now = 0
        const rotation = createRotation(processes, 100, () => now)
        const secretsOf = new Map(processes.map((process) => [process, ["secret 0 of an app with several processes"]]))
        const lastSigned = new Map<string, number>()
        for (const { process, afterMs } of all) {
          for (const [signing] of secretsOf.values()) lastSigned.set(signing as string, now)
          now += afterMs
          for (const [signing] of secretsOf.values()) lastSigned.set(signing as string, now)
          secretsOf.set(process, [...rotation.next(process)])
          for (const [signing, at] of lastSigned) {
            if (now - at >= 100) continue
            for (const secrets of secretsOf.values()) expect(secrets).toContain(signing)
          }
        }
      }),
    )
  })
})
