import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { cloneRepository } from "../../../packages/sticky-uploads/test/support/clone.js"

vi.setConfig({ testTimeout: 120_000 })

let clone: string
beforeAll(() => {
  clone = cloneRepository()
})
afterAll(() => rmSync(clone, { recursive: true }))

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sticky-bench-test-"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
})

// Inside `npm test` these would point this npm back at the workspace.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^VITEST/.test(name)))

/** Starts the command in a process group of its own, as a terminal does. */
function bench(...args: string[]) {
  return spawn("npm", ["run", "bench", "--", ...args], {
    cwd: clone,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  })
}

/** How a command ended, once nobody is left who could write to its output: neither it nor a process that it started. */
async function ended(command: ChildProcess) {
  const [code] = await once(command, "close")
  return code as number | null
}

describe("npm run bench", () => {
  it("prints a table and writes the rows, the Markdown and the chart", async () => {
    const [json, markdown, svg] = ["rows.json", "speed.md", "speed.svg"].map((name) => join(directory, name))
    const files = ["--json", json!, "--markdown", markdown!, "--svg", svg!, "--directory", join(directory, "files")]
    const command = bench("--quick", "--rounds", "1", "--only", "one-large/csv", "--subjects", "sticky", ...files)
    const [code, printed] = await Promise.all([ended(command), text(command.stdout!), text(command.stderr!)])
    expect(code).toBe(0)
    expect(printed).toMatch(/^one-large\/csv\n +× raw.*\nraw +1\.00 .*\nsticky +\d/m)
    const rows = JSON.parse(readFileSync(json!, "utf8"))
    expect(rows.map(({ scenario, subject }: any) => [scenario, subject])).toEqual([
      ["one-large/csv", "raw"],
      ["one-large/csv", "sticky"],
    ])
    expect(readFileSync(markdown!, "utf8")).toContain("| raw | 1.00 |")
    expect(readFileSync(svg!, "utf8")).toMatch(/^<svg /)
    expect(readdirSync(join(directory, "files"))).toEqual([])
  })

  it.each([
    [["--only", "nothing"], /--only has "nothing"/],
    [["--directory", "/dev/null/here"], /ENOTDIR/],
  ])("says what is wrong with %j", async (args, message) => {
    const command = bench(...args)
    const [code, said] = await Promise.all([ended(command), text(command.stderr!), text(command.stdout!)])
    expect([code, said]).toEqual([1, expect.stringMatching(message)])
  })

  it.each([
    ["Ctrl-C, which a terminal sends to all of its processes", "SIGINT", -1],
    ["SIGTERM to npm alone", "SIGTERM", 1],
  ] as const)("leaves neither files nor processes behind after %s", async (_, signal, whom) => {
    const command = bench("--only", "one-large/random", "--subjects", "sticky", "--directory", directory)
    const gone = ended(command)
    command.stdout!.resume()
    for await (const line of createInterface({ input: command.stderr! })) {
      if (!line.includes("round 1 of 5")) continue
      expect(readdirSync(directory)).toHaveLength(1)
      process.kill(whom * command.pid!, signal)
      break
    }
    command.stderr!.resume()
    expect(await gone).not.toBe(0)
    expect(readdirSync(directory)).toEqual([])
  })
})
