// Runs on a fresh clone: plain Node, nothing from node_modules.
import { spawnSync } from "node:child_process"
import { existsSync, statSync } from "node:fs"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { findChromium, findHeadlessShell } from "./chromium.mjs"

export const root = fileURLToPath(new URL("..", import.meta.url))

function fail(sentence) {
  console.error(`\n${sentence}`)
  process.exit(1)
}

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env })
  return status === 0 && error === undefined
}

/** Installs the dependencies when they are missing or older than the lock file. */
export function ensureDependencies() {
  const installed = join(root, "node_modules/.package-lock.json")
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs) return
  console.log("Installing dependencies (npm ci) …")
  // Under NODE_ENV=production npm would leave out the compiler.
  if (!run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"])) {
    fail("npm ci failed; the dependencies are not installed. Its own message is above.")
  }
}

/** Finds browsers for the tests, or installs Debian's where that can be done without asking anyone. */
export function ensureChromium() {
  if (process.env.CHROMIUM || (findChromium() && findHeadlessShell())) return
  const hasApt = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "apt-get")))
  if (process.getuid?.() === 0 && hasApt) {
    console.log("Installing Chromium for the browser tests (apt-get) …")
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
    const apt = (...args) => run("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], env)
    const install = (name) => apt("install", "--yes", "--no-install-recommends", name)
    // The second, which not every release has, only saves time.
    if (apt("update") && (findChromium() || install("chromium"))) install("chromium-headless-shell")
  }
  if (findChromium()) return
  fail(
    "The browser tests need Chromium and found none. Install it (Debian: apt-get install chromium) or set CHROMIUM to the path of a Chromium or Chrome.",
  )
}

/** Builds every workspace; its output is shown only when it fails. */
export function build() {
  console.log("Building …")
  const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) fail(`${stdout}${stderr}\nThe build failed; its output is above.`)
}
