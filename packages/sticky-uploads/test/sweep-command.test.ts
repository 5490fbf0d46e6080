import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { newId } from "sticky-uploads/server"
import { describe, expect, it } from "vitest"
import { temporaryDirectory } from "./support/serve.js"

// The built one, as npx starts it.
const command = fileURLToPath(new URL("../dist/command/main.js", import.meta.url))
const library = import.meta.resolve("sticky-uploads/server").replace("/src/server.ts", "/dist/server.js")

interface Site {
  directory: string
  /** What waits there. */
  staged: () => string[]
  run: (...args: string[]) => Running
}
interface Running {
  child: ChildProcess
  ended: Promise<{ code: number | null; out: string; errors: string }>
}

/** A directory with so many files, old and fresh ones, and an app's module with this in it. */
async function siteOf(
  { old = 0, fresh = 0, unfinished = 0 }: { old?: number; fresh?: number; unfinished?: number },
  source = "export const sticky = createSticky(options)",
): Promise<Site> {
  const directory = await temporaryDirectory()
  const files = join(directory, "files")
  mkdirSync(files)
  const longAgo = new Date(Date.now() - 26 * 3_600_000)
  const make = (count: number, begin: string, date: Date) => {
    for (let at = 0; at < count; at += 1) {
      const path = join(files, `${begin}${newId()}`)
      writeFileSync(path, "bytes")
      utimesSync(path, date, date)
    }
  }
  make(old, "staged.", longAgo)
  make(fresh, "staged.", new Date())
  make(unfinished, ".part-", longAgo)
  writeFileSync(
    join(directory, "sticky.mjs"),
    `import { createDiskStorage, createMemoryStorage, createSticky } from ${JSON.stringify(library)}
    const storage = createDiskStorage({ directory: "files" })
    const options = { secrets: ["${"s".repeat(32)}"], storage, authorize: () => true }
    ${source}`,
  )
  return {
    directory,
    staged: () => readdirSync(files).sort(),
    run(...args) {
      const child = fork(command, args, { cwd: directory, execArgv: [], silent: true })
      const said = Promise.all([once(child, "exit"), text(child.stdout!), text(child.stderr!)])
      return { child, ended: said.then(([[code], out, errors]) => ({ code, out, errors })) }
    },
  }
}
const sweep = ["sweep", "--config", "./sticky.mjs"]

describe("sticky-uploads sweep", () => {
  it("of ten processes at once removes every file that expired once, and no other, and none of them minds", async () => {
    const site = await siteOf(
      { old: 1500, fresh: 100, unfinished: 20 },
      // All begin when all are ready.
      `await new Promise((go) => { process.once("message", go); process.send("ready") })
      process.disconnect()
      export const sticky = createSticky(options)`,
    )
    const all = Array.from({ length: 10 }, () => site.run(...sweep, "--json"))
    await Promise.all(all.map(({ child }) => once(child, "message")))
    for (const { child } of all) child.send("go")
    const ends = await Promise.all(all.map(({ ended }) => ended))
    expect(ends.map(({ code, errors }) => [code, errors])).toEqual(Array(10).fill([0, ""]))
    const results = ends.map(({ out }) => JSON.parse(out))
    const sum = (count: string) => results.reduce((total, result) => total + result[count], 0)
    expect([sum("removedFiles"), sum("removedBytes"), sum("removedUnfinished"), sum("failures")]).toEqual([
      ...[1500, 7500, 20, 0],
    ])
    // Or else they did not race.
    expect(results.filter(({ removedFiles }) => removedFiles > 0).length).toBeGreaterThan(1)
    expect(site.staged()).toHaveLength(100)
  })

  it("says in one line what it did; in a dry run what it would, and does nothing", async () => {
    const site = await siteOf({ old: 3, fresh: 1, unfinished: 1 }, "export default createSticky(options)")
    const dry = await site.run(...sweep, "--dry-run").ended
    expect(dry).toMatchObject({ code: 0, errors: "" })
    expect(dry.out).toMatch(/^staged in disk: would remove 3 of 4 files \(15 bytes\) in \d+\.\d s\n$/)
    expect(site.staged()).toHaveLength(5)
    const { code, out } = await site.run(...sweep, "--max-seconds", "60").ended
    expect(code).toBe(0)
    expect(out).toMatch(/^staged in disk: removed 3 of 4 files \(15 bytes\) and 1 unfinished in \d+\.\d s\n$/)
    expect(site.staged()).toHaveLength(1)
  })

  it("sweeps where files stay, too, and ends though the app would not, once its hooks have had their time", async () => {
    const site = await siteOf(
      { old: 2 },
      `const kept = createMemoryStorage({ name: "kept" })
      await kept.write("orphan", (async function* () { yield Buffer.from("bytes") })())
      const { list } = kept
      kept.list = async function* () { for await (const entry of list()) yield { ...entry, modifiedAt: 0 } }
      export const promoted = [{ storage: kept, isOwned: () => false }]
      export const sticky = createSticky({
        ...options,
        onSwept: async ({ removedFiles }) => {
          await new Promise((resolve) => setTimeout(resolve, 100))
          console.log("told of", removedFiles)
        },
      })
      setInterval(() => {}, 1000)`,
    )
    const { code, out } = await site.run(...sweep, "--promoted").ended
    expect(code).toBe(0)
    const [staged, promoted, told] = out.split("\n")
    expect(staged).toContain("staged in disk: removed 2 of 2 files")
    expect(promoted).toContain("promoted in kept: removed 1 of 1 files (5 bytes)")
    expect(told).toBe("told of 2")
  })

  it("is ended by SIGTERM where it is, though the storage stands still", async () => {
    const site = await siteOf(
      { old: 1 },
      `const still = { ...storage, async *list(only) {
        yield* storage.list(only)
        process.send("listed")
        await new Promise(() => {})
      } }
      export const sticky = createSticky({ ...options, storage: still })`,
    )
    const { child, ended } = site.run(...sweep)
    await once(child, "message")
    child.kill("SIGTERM")
    const { code, out } = await ended
    expect(code).toBe(143)
    expect(out).toMatch(/removed 1 of 1 files .*; ended before it was through\n$/)
    expect(site.staged().filter((name) => !name.startsWith("staged.sweep."))).toEqual([])
  })

  it("ends with 2 when it was called wrongly, and says how", async () => {
    const site = await siteOf({}, "export const other = 1")
    writeFileSync(join(site.directory, "sticky.coffee"), "")
    const [empty, foreign] = await Promise.all([
      site.run(...sweep).ended,
      site.run("sweep", "--config", "sticky.coffee").ended,
    ])
    expect([empty, foreign]).toMatchObject(Array(2).fill({ code: 2, out: "" }))
    expect(empty?.errors).toMatch(/^sticky-uploads: .*sticky\.mjs exports no sticky: .*\nTry: sticky-uploads --help\n$/)
    expect(foreign?.errors).toMatch(/^sticky-uploads: Node v\d.* cannot load it: .*sticky\.coffee\nTry/)
  })
})
