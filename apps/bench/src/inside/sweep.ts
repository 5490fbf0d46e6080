import { utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createDiskStorage, createSticky, newId } from "sticky-uploads/server"
import type { Inside } from "../inner-process.js"
import { createMeter } from "../meter.js"

const longAgo = new Date(2020, 1, 1)

/** Sweeps many staged files of which few have expired, and compares that with listing all and removing those few. */
export const sweep: Inside = async ({ directory, amounts: { stagedFiles } }) => {
  const expired = Math.ceil(stagedFiles / 100)
  const storage = createDiskStorage({ directory })
  const sticky = createSticky<null>({
    secrets: ["a secret of the bench, which has nothing to hide"],
    storage,
    authorize: () => true,
    sweepEverySeconds: false,
  })
  const meter = createMeter()

  function stage(count: number, mark: string): string[] {
    const keys = Array.from({ length: count }, () => `${mark}${newId()}`)
    for (const key of keys) writeFileSync(join(directory, key), "")
    return keys
  }
  async function row(subject: string, files: number, act: () => Promise<unknown>) {
    const began = performance.now()
    meter.begin()
    await act()
    const { loopMaxMs } = meter.end()
    const seconds = (performance.now() - began) / 1000
    return { scenario: "sweep", subject, files, seconds, longestBlockMs: loopMaxMs }
  }
  async function list() {
    let found = 0
    for await (const { size } of storage.list()) found += size + 1
    return found
  }

  stage(stagedFiles - expired, "staged.")
  for (const key of stage(expired, "staged.")) utimesSync(join(directory, key), longAgo, longAgo)
  // Once before anything is measured, so that the system knows the directory each time.
  await list()
  const swept = await row("sticky", stagedFiles, async () => {
    const { removedFiles } = await sticky.sweep()
    if (removedFiles !== expired) throw new Error(`the sweep removed ${removedFiles} files of ${expired}`)
  })
  const listed = await row("listing all", stagedFiles - expired, list)
  const removable = stage(expired, "promoted.")
  const removed = await row("removing the expired", expired, async () => {
    for (const key of removable) await storage.remove(key)
  })
  return [swept, listed, removed]
}
