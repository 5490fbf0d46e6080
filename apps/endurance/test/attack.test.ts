import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it, onTestFinished } from "vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))
// Inside `npm test` these would point this npm back at the workspace.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^VITEST/.test(name)))

/** Runs a command to its end and says how it ended. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile("npm", args, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}

describe("npm run attack", () => {
  it("attacks ours and others, and renews the tables of a page", { timeout: 180_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), "sticky-attack-test-"))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const names = "sticky-uploads,formidable"
    const page = join(directory, "hostile.md")
    writeFileSync(page, "# A page\n\n<!-- attack -->\n\nlast year's tables\n\n<!-- /attack -->\n\nIts end.\n")
    const quick = ["run", "attack", "--", "--quick"]
    const { code, stdout, stderr } = await run(...quick, "--subjects", names, "--markdown", page)
    expect(stdout).toMatch(/^sticky-uploads +\d+ +0 +0 +0 +0 +0 +0$/m)
    // One request of a hundred bytes ends the process of plain formidable.
    expect(stdout).toMatch(/^a text in 7bit +held +crashed: /m)
    expect([code, stderr.includes("Error")]).toEqual([0, false])
    const written = readFileSync(page, "utf8")
    expect(written).toMatch(/^# A page\n\n<!-- attack -->\n\nFound by `npm run attack -- --quick`/)
    expect(written).toMatch(/\n\| HTML called \.png \| held \| open: .*\|\n/)
    expect(written).toMatch(/<!-- \/attack -->\n\nIts end\.\n$/)
    expect(written).not.toContain("last year")
  })

  it.each([
    [["--subjects", "nobody"], /--subjects has "nobody"/],
    [["--loud"], /Unknown option '--loud'/],
  ])("says what is wrong with %j", { timeout: 120_000 }, async (args, message) => {
    const { code, stderr } = await run("run", "attack", "--", ...args)
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)])
  })
})
