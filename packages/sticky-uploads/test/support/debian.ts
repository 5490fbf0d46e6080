import { spawnSync } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"]

function pathOf(program: string): string | undefined {
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

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  return spawnSync("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], { env }).status === 0
}

/**
 * The path of a program that tests start, installed from Debian's package where it is missing.
 * @throws when there is none, and none can be had without asking anyone.
 */
export function programOf(program: string, debianPackage: string): string {
  const install = () => apt("install", "--yes", "--no-install-recommends", debianPackage)
  // The list of packages may be of another day.
  if (!pathOf(program) && process.getuid?.() === 0 && !install()) apt("update") && install()
  const path = pathOf(program)
  if (!path) throw new Error(`these tests need ${program} (Debian: apt-get install ${debianPackage})`)
  return path
}
