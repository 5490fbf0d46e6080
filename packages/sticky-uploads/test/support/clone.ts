import { cpSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { repository } from "./documents.js"

const scope = "@sticky-uploads"
const left = new Set([".git", "node_modules", ".data", ".next"])

/**
 * Copies the repository as it stands, built or not, so that a command can be run as a person would without touching what
 * other tests read. Its dependencies are the installed ones; its own packages are its own.
 */
export function cloneRepository(): string {
  const clone = mkdtempSync(join(tmpdir(), "sticky-clone-"))
  // With their times, or the compiler would build all of it again.
  cpSync(repository, clone, { recursive: true, preserveTimestamps: true, filter: (path) => !left.has(basename(path)) })
  const [installed, modules] = [repository, clone].map((root) => join(root, "node_modules")) as [string, string]
  mkdirSync(join(modules, scope), { recursive: true })
  const own = ["sticky-uploads", ...readdirSync(join(installed, scope)).map((name) => join(scope, name))]
  // npm's own links are relative.
  for (const name of own) symlinkSync(readlinkSync(join(installed, name)), join(modules, name))
  for (const name of readdirSync(installed).filter((each) => each !== scope && !own.includes(each)))
    symlinkSync(join(installed, name), join(modules, name))
  return clone
}
