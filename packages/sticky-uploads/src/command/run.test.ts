import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import manifest from "../../package.json" with { type: "json" }
import { createProgress } from "./progress.js"
import { run } from "./run.js"

/** Runs the command with this as the app's module; `sweep` is what its sticky does. */
async function ran(args: string[], source = "") {
  const directory = mkdtempSync(join(tmpdir(), "sticky-command-"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  writeFileSync(
    join(directory, "sticky.mjs"),
    `const result = { removedFiles: 0, removedBytes: 0, failures: 0, milliseconds: 0, storages: [{ storage: "temp" }] }
    const stickyWith = (more) => ({ sweep: async () => ({ ...result, ...more }), close() {} })
    ${source}`,
  )
  const out = vi.spyOn(console, "log").mockReturnValue()
  const errors = vi.spyOn(console, "error").mockReturnValue()
  const cwd = vi.spyOn(process, "cwd").mockReturnValue(directory)
  const code = await run(args, new AbortController().signal)
  const said = (spy: typeof out) => spy.mock.calls.map((all) => all.join(" ")).join("\n")
  const end = { code, out: said(out), errors: said(errors) }
  for (const spy of [out, errors, cwd]) spy.mockRestore()
  return end
}
const sweep = ["sweep", "--config", "./sticky.mjs"]

describe("sticky-uploads", () => {
  it.each<[string[], string, RegExp]>([
    [[], "", /it can sweep, and was told nothing/],
    [["mop"], "", /was told mop/],
    [["sweep", "all"], "", /was told sweep all/],
    [["sweep"], "", /say where the sticky is: --config/],
    [["sweep", "--config", "./nope.js"], "", /there is no .*nope\.js/],
    [[...sweep, "--hard"], "", /Unknown option '--hard'$/m],
    [[...sweep, "--max-seconds", "soon"], "", /--max-seconds is soon; give a number of seconds over 0/],
    [[...sweep, "--max-seconds", "0"], "", /--max-seconds is 0/],
    [sweep, "export const sticky = 1", /sticky\.mjs exports no sticky: export what createSticky returned/],
    [sweep, "export default stickyWith({ storages: [] })", /register a router or schemas/],
    [[...sweep, "--promoted"], "export default stickyWith()", /exports no promoted/],
    [[...sweep, "--promoted"], "export default stickyWith(); export const promoted = [{}]", /exports no promoted/],
  ])("called with %j is called wrongly", async (args, source, says) => {
    const { code, out, errors } = await ran(args, source)
    expect([code, out]).toEqual([2, ""])
    expect(errors).toMatch(says)
    expect(errors).toContain("Try: sticky-uploads --help")
  })

  it("ends with 1 when something failed, or the app's module does", async () => {
    const failing = await ran(sweep, "export const sticky = stickyWith({ failures: 2, stopped: true })")
    expect(failing).toMatchObject({ code: 1, out: expect.stringContaining("; 2 failed; ended before it was through") })
    const throwing = await ran(sweep, "throw new Error('no database')")
    expect(throwing).toMatchObject({ code: 1, out: "", errors: expect.stringContaining("no database") })
  })

  it("says what came of the other sweeps when one throws", async () => {
    const away = `{ storage: { name: "kept", stat() {}, list() { throw new Error("away") }, remove() {} }, isOwned: () => true }`
    const source = `export const sticky = stickyWith(); export const promoted = [${away}]`
    expect(await ran([...sweep, "--promoted"], source)).toMatchObject({
      code: 1,
      out: expect.stringContaining("staged in temp: removed 0"),
      errors: expect.stringContaining("away"),
    })
  })

  it("gives a line of JSON for each sweep", async () => {
    const { out } = await ran([...sweep, "--json"], "export const sticky = stickyWith({ removedFiles: 7 })")
    expect(JSON.parse(out)).toMatchObject({ sweep: "staged", removedFiles: 7, storages: [{ storage: "temp" }] })
  })

  it("tells its version, and all that it takes", async () => {
    expect(await ran(["--version"])).toEqual({ code: 0, out: manifest.version, errors: "" })
    const { code, out } = await ran(["-h"])
    expect(code).toBe(0)
    for (const option of ["--config", "--promoted", "--dry-run", "--max-seconds", "--json"])
      expect(out).toContain(option)
  })
})

describe("createProgress", () => {
  function shown(isTTY: boolean) {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const lines: string[] = []
    const progress = createProgress({ isTTY, write: (line: string) => lines.push(line) > 0 })
    const counts = { removedBytes: 0, removedUnfinished: 0, failures: 0, stopped: false, milliseconds: 0 }
    progress.note({ storage: "one", listedFiles: 1000, removedFiles: 5, ...counts })
    progress.note({ storage: "two", listedFiles: 1000, removedFiles: 1, ...counts })
    progress.note({ storage: "one", listedFiles: 2000, removedFiles: 6, ...counts })
    vi.advanceTimersByTime(1500)
    progress.end()
    vi.advanceTimersByTime(5000)
    return lines
  }

  it("shows how far the sweeps are in a line that does not stay", () => {
    expect(shown(true)).toEqual(["\r\u001b[K3000 files looked at, 7 expired", "\r\u001b[K"])
  })

  it("shows nothing where nobody looks", () => expect(shown(false)).toEqual([]))
})
