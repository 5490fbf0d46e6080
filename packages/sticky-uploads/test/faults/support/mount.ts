import { execFileSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { temporaryDirectory } from "../../support/serve.js"

export interface Mount {
  directory: string
  /** Changes it under whoever uses it: `ro`, `rw`, `size=2m`. */
  change(options: string): void
}

/** Mounts a file system in memory that ends with the test. Only root may. */
export async function mountTmpfs(options: string): Promise<Mount> {
  const directory = join(await temporaryDirectory(), "mount")
  mkdirSync(directory)
  execFileSync("mount", ["-t", "tmpfs", "-o", `mode=700,${options}`, "tmpfs", directory])
  onTestFinished(() => void execFileSync("umount", ["--lazy", directory]))
  return { directory, change: (how) => void execFileSync("mount", ["-o", `remount,${how}`, directory]) }
}
