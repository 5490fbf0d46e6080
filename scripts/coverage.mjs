import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { ensureChromium, ensureDependencies, root } from "./ensure.mjs"

const threshold = 95
// The others are shown: sentences, and what looks for holes that our own endpoint does not have.
const held = ["core", "zod", "server", "client", "doors"]
const sources = join(root, "packages/sticky-uploads/src")
const roomOf = (path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "doors")

/** Runs the package's tests in Node, jsdom and Chromium, and gives the coverage of all three in one map of the sources. */
async function measure(folder) {
  const pages = join(folder, "pages")
  mkdirSync(pages)
  const { status } = spawnSync(
    join(root, "node_modules/.bin/vitest"),
    [
      ...["run", "--config", "vitest.workspace.ts", "packages/sticky-uploads/"],
      ...["node", "jsdom", "browser"].map((world) => `--project=${world}`),
      // What they run is built, and run by other processes.
      ...["packaging", "readme-commands", "memory"].map((name) => `--exclude=**/${name}.test.ts`),
      "--coverage.enabled",
      "--coverage.reportOnFailure",
      "--coverage.include=packages/sticky-uploads/src/**/*.ts",
      // The ready-made script is minified; that it works, its tests see.
      "--coverage.exclude=**/{*.test.ts,*.test-d.ts,script/**}",
      "--coverage.reporter=json",
      `--coverage.reportsDirectory=${join(folder, "vitest")}`,
    ],
    { cwd: root, stdio: "inherit", env: { ...process.env, BROWSER_COVERAGE: pages } },
  )
  if (status !== 0) process.exitCode = 1
  const { readBrowserCoverage } = await import("./browser-coverage.mjs")
  const { createCoverageMap } = createRequire(import.meta.resolve("@vitest/coverage-v8"))("istanbul-lib-coverage")
  const map = createCoverageMap(JSON.parse(readFileSync(join(folder, "vitest/coverage-final.json"), "utf8")))
  const known = new Set(map.files())
  for (const ofBundle of await readBrowserCoverage(pages)) map.merge(ofBundle)
  map.filter((path) => known.has(path))
  return map
}

/** Prints the branches of each room, and where those are that no test took; gives how many rooms have too few. */
function report(map) {
  const rooms = new Map()
  const missed = []
  for (const path of map.files().sort()) {
    const file = map.fileCoverageFor(path)
    const name = relative(sources, path)
    const room = rooms.get(roomOf(name)) ?? { covered: 0, total: 0 }
    const { covered, total } = file.toSummary().branches
    rooms.set(roomOf(name), { covered: room.covered + covered, total: room.total + total })
    for (const [id, { locations, loc }] of Object.entries(file.branchMap))
      locations.forEach(({ start }, at) => {
        if (file.b[id][at] === 0) missed.push(`${name}:${start.line ?? loc.start.line}`)
      })
  }
  console.log(`\nBranches that no test takes:\n${missed.map((place) => `  ${place}`).join("\n")}\n`)
  const rows = [...rooms].map(([room, { covered, total }]) => ({
    room,
    covered,
    total,
    percent: share(covered, total),
  }))
  console.table(rows)
  return rows.filter(({ room, percent }) => held.includes(room) && percent < threshold).length
}

const share = (covered, total) => (total === 0 ? 100 : Math.floor((covered / total) * 1000) / 10)

ensureDependencies()
ensureChromium()
const folder = mkdtempSync(join(tmpdir(), "sticky-uploads-coverage-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))
const short = report(await measure(folder))
if (short > 0) {
  console.log(`${short} of them below ${threshold} % of branches`)
  process.exitCode = 1
}
