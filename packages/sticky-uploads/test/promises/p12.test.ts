import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type AlbumProcess, albumProcesses } from "../support/album-processes.js"

const start = albumProcesses()
const [older, newer] = ["a secret of more than thirty-two bytes", "another secret, no less than 32 bytes long"]

const everyone = mkdtempSync(join(tmpdir(), "sticky-processes-"))
const shared = { secrets: [older], staged: join(everyone, "staged"), uploads: join(everyone, "uploads") }
const saved = () => readdirSync(shared.uploads).length

let one: AlbumProcess
let other: AlbumProcess
let apart: AlbumProcess
beforeAll(async () => {
  const elsewhere = { ...shared, staged: join(everyone, "elsewhere") }
  ;[one, other, apart] = await Promise.all([start(shared), start(shared), start(elsewhere)])
})
afterAll(() => rmSync(everyone, { recursive: true }))

describe("P12: any process that shares the secrets and the storage can answer any request", () => {
  it("takes turns with another through a whole journey, without a word between them", async () => {
    const token = await one.upload()
    expect(await other.submit(token, "")).toBe("too_small")
    expect(await one.submit(token, "")).toBe("too_small")
    expect(await other.submit(token)).toBe("passed")
    expect([await one.submit(token), await other.submit(token)]).toEqual(["token_used", "token_used"])
    const second = await other.upload()
    expect(await one.discard(second)).toBe(204)
    expect([await one.submit(second), await other.submit(second)]).toEqual(["token_gone", "token_gone"])
    expect(saved()).toBe(1)
  })

  it("races another for each of thirty tokens, and one of the two has it", async () => {
    for (let round = 1; round <= 30; round += 1) {
      const before = saved()
      const token = await (round % 2 ? one : other).upload()
      const outcomes = await Promise.all([one.submit(token), other.submit(token)])
      expect(outcomes.filter((outcome) => outcome === "passed")).toHaveLength(1)
      for (const outcome of outcomes) expect(outcome).toMatch(/^(passed|token_used|token_busy)$/)
      expect(saved()).toBe(before + 1)
    }
  })

  it("goes on through a rotation of secrets in which not all have come equally far, and in which some are killed", async () => {
    const sets = [[older, newer], [newer, older], [newer]]
    const rotated = await Promise.all(sets.map((secrets) => start({ ...shared, secrets })))
    const [both, swapped, after] = rotated as [AlbumProcess, AlbumProcess, AlbumProcess]
    const neighbours = [
      [one, both],
      [both, one],
      [both, swapped],
      [swapped, both],
      [swapped, after],
      [after, swapped],
    ] as const
    for (const [took, answers] of neighbours) expect(await answers.submit(await took.upload())).toBe("passed")
    expect(await after.submit(await both.upload())).toBe("token_tampered")
    const tokens = [await both.upload(), await swapped.upload()] as const
    await Promise.all([both.kill(), swapped.kill()])
    expect([await other.submit(tokens[0]), await after.submit(tokens[1])]).toEqual(["passed", "passed"])
  })

  it("says that a file is gone where it shares the secrets alone, and takes it for no reason to remove it", async () => {
    const token = await one.upload()
    expect(await apart.submit(token)).toBe("token_gone")
    expect(await apart.discard(token)).toBe(204)
    expect(await other.submit(token)).toBe("passed")
  })
})
