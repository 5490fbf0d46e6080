import { rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createLedger } from "../src/soak/ledger.js"
import { type Evidence, faultsOf, type Sample } from "../src/soak/verdict.js"
import { bundle } from "./support/bundle.js"

let directory: string
beforeAll(async () => {
  directory = await bundle("soak/soak", "site/site-process")
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe("soak", () => {
  it("lets good, slow and hostile clients use one server: every answer is explained, and nothing is left", {
    timeout: 120_000,
  }, async () => {
    const { soak } = (await import(join(directory, "soak.js"))) as typeof import("../src/soak/soak.js")
    const seed = String(Date.now())
    console.info(`seed ${seed}`)
    const { samples, answers, faults } = await soak(
      { seconds: 8, connections: 50, seed, sampleSeconds: 4, pace: 0.2, idleSeconds: 2 },
      () => undefined,
    )
    expect(faults).toEqual([])
    expect(answers).toBeGreaterThan(100)
    const seen = new Set(samples.flatMap(({ outcomes }) => [...outcomes.keys()]))
    for (const outcome of ["200 accepted", "200", "422 form_invalid", "204", "left"]) expect(seen).toContain(outcome)
  })
})

const sample = (minute: number, rssBytes: number): Sample => ({
  seconds: minute * 60,
  rssBytes,
  openFiles: 220,
  stagedFiles: 5,
  loopP99Ms: 2,
  outcomes: new Map(),
})

describe("faultsOf", () => {
  const clean: Evidence = {
    samples: [
      sample(1, 50e6),
      sample(9, 80e6),
      sample(10, 100e6),
      sample(11, 130e6),
      sample(30, 150e6),
      sample(60, 109e6),
    ],
    openFilesBefore: ["a", "socket:[1]"],
    openFilesAfter: ["a", "socket:[2]"],
    errors: [],
    staged: ["staged.a", "staged.b", "staged.used.claim-1"],
    kept: [],
    ledger: { held: new Set(["staged.a"]), left: new Set(["staged.b"]), unexplained: [] },
  }

  it("finds nothing where memory is within a tenth of what it was around the tenth minute, and every file is somebody's", () => {
    expect(faultsOf(clean)).toEqual([])
  })

  const broken: [string, Partial<Evidence>, string][] = [
    ["memory that grows", { samples: [sample(10, 100e6), sample(60, 111e6)] }, "RSS is 1.11 times"],
    ["files left open", { openFilesAfter: ["a", "socket:[1]", "/b"] }, "2 open files became 3: /b"],
    ["an error of the server", { errors: ["it broke"] }, "the server says: it broke"],
    ["a staged file of nobody", { staged: ["staged.a", "staged.x"] }, "nobody holds a token for staged.x"],
    ["a token without its file", { staged: [] }, "staged.a is gone"],
    ["a promoted file that stays", { kept: ["k"] }, "k was promoted"],
  ]
  it.each(broken)("finds %s", (_, evidence, fault) => {
    expect(faultsOf({ ...clean, ...evidence })).toEqual([expect.stringContaining(fault)])
  })

  it("says nothing of memory in a run that is too short to compare with its tenth minute", () => {
    expect(faultsOf({ ...clean, samples: [sample(1, 50e6), sample(10, 100e6), sample(17, 150e6)] })).toEqual([])
  })
})

describe("createLedger", () => {
  it("calls an answer unexplained that its client did not have to expect", () => {
    const ledger = createLedger()
    ledger.note("upload", "200 accepted", ["200 accepted"])
    ledger.note("upload", "500 internal_error", ["200 accepted"])
    expect(ledger.unexplained).toEqual(["upload: 500 internal_error, not 200 accepted"])
  })
})
