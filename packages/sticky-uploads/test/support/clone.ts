import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { repository } from "./documents.js"

const ofWorkspace = ["sticky-uploads", "@sticky-uploads"]
const left = new Set([".git", "node_modules", ".data"])

/**
 * Copies the repository as it stands, built or not, so that a command can be run as a person would without touching what
 * other tests read. Its dependencies are the installed ones; its own packages are its own.
 */
export function cloneRepository(): string {
  const clone = mkdtempSync(join(tmpdir(), "sticky-clone-"))
  // With their times, or the compiler would build all of it again.
  cpSync(repository, clone, { recursive: true, preserveTimestamps: true, filter: (path) => !left.has(basename(path)) })
  const modules = join(clone, "node_modules")
  mkdirSync(modules)
  for (const name of readdirSync(join(repository, "node_modules")).filter((each) => !ofWorkspace.includes(each)))
    symlinkSync(join(repository, "node_modules", name), join(modules, name))
  symlinkSync("../packages/sticky-uploads", join(modules, "sticky-uploads"))
  return clone
}
