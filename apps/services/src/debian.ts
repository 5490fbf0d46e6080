import { spawnSync } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"

// Debian has servers where only root looks.
const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"]

export function pathOf(program: string): string | undefined {
  return folders
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** Tests in several processes may miss the same package; apt-get waits for another one's install, but not for its update. */
function install(debianPackages: readonly string[]): void {
  const get = "apt-get -qq -o DPkg::Lock::Timeout=300"
  const command = `${get} install --yes --no-install-recommends "$@"`
  // The list of packages may be of another day.
  const script = `${command} || { ${get} update && ${command}; }`
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  const lock = join(tmpdir(), "sticky-apt.lock")
  spawnSync("flock", [lock, "sh", "-c", script, "sh", ...debianPackages], { env })
}

/**
 * The paths of programs that tests start, installed from Debian's packages where one is missing. That takes up to a
 * minute, and happens once.
 * @throws when there is none, and none can be had without asking anyone.
 */
export function need<Program extends string>(packageOf: Readonly<Record<Program, string>>): Record<Program, string> {
  const programs = Object.keys(packageOf) as Program[]
  const missing = () => programs.filter((program) => !pathOf(program))
  const packages = () => [...new Set(missing().map((program) => packageOf[program]))]
  if (missing().length > 0 && process.getuid?.() === 0) install(packages())
  if (missing().length > 0) {
    throw new Error(`these tests need ${missing().join(", ")} (Debian: apt-get install ${packages().join(" ")})`)
  }
  return Object.fromEntries(programs.map((program) => [program, pathOf(program)])) as Record<Program, string>
}
