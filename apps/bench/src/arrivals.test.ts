import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeEach, describe, expect, it, onTestFinished } from "vitest"
import { arrivalsIn } from "./arrivals.js"
import { contentOf } from "./bodies/content.js"

const expected = { kind: "csv", fileBytes: 5000, uploads: 2 } as const
const whole = Buffer.concat(contentOf("csv", 5000))

let directory: string
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "sticky-bench-test-"))
  await mkdir(join(directory, "deep"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
})
const store = (name: string, bytes: Buffer) => writeFileSync(join(directory, name), bytes)

describe("arrivalsIn: missing", () => {
  it("finds files wherever a subject puts them, and lets it keep notes", async () => {
    store("a", whole)
    store("deep/b", whole)
    store("b.json", Buffer.from("{}"))
    expect(await arrivalsIn(directory).missing(expected)).toBeUndefined()
  })

  it.each([
    ["fewer", ["a"]],
    ["more", ["a", "b", "c"]],
  ])("tells %s files than were uploaded", async (_, names) => {
    for (const name of names) store(name, whole)
    expect(await arrivalsIn(directory).missing(expected)).toBe(`${names.length} of 2 files of 5000 bytes arrived`)
  })

  it("does not count a file that was cut", async () => {
    store("a", whole)
    store("b", whole.subarray(1))
    expect(await arrivalsIn(directory).missing(expected)).toBe("1 of 2 files of 5000 bytes arrived")
  })
})

describe("arrivalsIn: spoilt", () => {
  it("tells a file of the right length with a wrong byte", async () => {
    store("a", whole)
    store("b", whole)
    expect(await arrivalsIn(directory).spoilt(expected)).toBeUndefined()
    const other = Buffer.from(whole)
    other[4321]! ^= 1
    store("b", other)
    expect(await arrivalsIn(directory).spoilt(expected)).toBe("a file arrived with other bytes")
  })
})

describe("arrivalsIn: empty", () => {
  it("removes everything in it, and not the directory", async () => {
    store("a", whole)
    store("deep/b", whole)
    await arrivalsIn(directory).empty()
    expect(readdirSync(directory)).toEqual([])
  })
})
