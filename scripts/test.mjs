import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { ensureChromium, ensureDependencies, root } from "./ensure.mjs"

const counts = { passed: 0, failed: 0 }
const steps = []
const failures = []

// Whatever ends this process, its last line says how it went.
process.on("exit", (code) => {
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  // What failed stands at the end, too: who keeps a part of this output keeps that one.
  for (const failure of failures) console.log(`\nFAILED  ${failure}`)
  console.log(`\n${steps.join("\n")}\n\n${counts.passed} passed, ${counts.failed} failed`)
})

function step(name, act) {
  console.log(`\n── ${name} ──`)
  const started = performance.now()
  const failed = act()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  counts.failed += failed
  steps.push(`${failed === 0 ? "ok    " : "FAILED"}  ${name}  ${seconds} s`)
  if (failed > 0) console.log(`\n── ${name}: FAILED ──`)
}

const command = (program, ...args) => {
  const { status } = spawnSync(join(root, "node_modules/.bin", program), args, { cwd: root, stdio: "inherit" })
  return status === 0 ? 0 : 1
}

/** Runs every test project and counts what did not pass: tests, files that did not load, errors outside of any test. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "sticky-uploads-test-"))
  const report = join(folder, "report.json")
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
    const failed = command("vitest", "run", "--config", "vitest.workspace.ts", ...reporters, ...process.argv.slice(2))
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"))
    const unloaded = testResults.filter(
      ({ status, assertionResults }) =>
        status === "failed" && !assertionResults.some((test) => test.status === "failed"),
    )
    counts.passed = numPassedTests
    for (const { name, message, assertionResults } of testResults) {
      const missed = assertionResults.filter((test) => test.status === "failed")
      if (message) failures.push(`${relative(root, name)}: ${message}`)
      for (const test of missed)
        failures.push(
          `${relative(root, name)}: ${test.fullName}\n${test.failureMessages.join("\n").replace(/\n.*node_modules.*/g, "")}`,
        )
    }
    if (numPassedTests + numFailedTests === 0) return 1
    return numFailedTests + unloaded.length || failed
  } catch (error) {
    console.error(`The test run left no readable report: ${error.message}`)
    return 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const ready = (ensure) => () => {
  ensure()
  return 0
}

step("dependencies", ready(ensureDependencies))
step("browser", ready(ensureChromium))
step("lint (biome)", () => command("biome", "check", "."))
step("dead rooms (knip)", () => command("knip", "--no-progress"))
step("types and build (tsc -b)", () =>
  spawnSync("npm", ["run", "build", "--silent"], { cwd: root, stdio: "inherit" }).status === 0 ? 0 : 1,
)
step("tests (vitest)", runTests)

process.exitCode = counts.failed === 0 ? 0 : 1
