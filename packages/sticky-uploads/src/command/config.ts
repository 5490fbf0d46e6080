import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { Sticky, Storage, SweepPromotedOptions } from "../server.js"
import { Misuse } from "./misuse.js"

/** A storage where files stay, and who knows which of them have an owner. */
type Promoted = { storage: Storage } & Pick<SweepPromotedOptions, "isOwned" | "olderThanSeconds">

interface Config {
  sticky: Pick<Sticky<never>, "sweep" | "close">
  promoted: readonly Promoted[]
}

const has = (value: unknown, ...methods: string[]): boolean =>
  methods.every((method) => typeof (value as Record<string, unknown> | undefined)?.[method] === "function")

async function load(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_UNKNOWN_FILE_EXTENSION") throw error
    throw new Misuse(`Node ${process.version} cannot load it: ${(error as Error).message}`)
  }
}

/**
 * Imports the app's module, and takes from it what is to be swept.
 * @throws Misuse when there is no such module, or nothing of that in it; whatever the module throws.
 */
export async function loadConfig(path: string, { promoted }: { promoted: boolean }): Promise<Config> {
  const file = resolve(path)
  if (!existsSync(file)) throw new Misuse(`there is no ${file}`)
  const { sticky: named, default: unnamed, promoted: list = [] } = await load(file)
  const sticky = [named, unnamed].find((value) => has(value, "sweep", "close"))
  if (!sticky)
    throw new Misuse(`${file} exports no sticky: export what createSticky returned, as "sticky" or by default`)
  if (!promoted) return { sticky: sticky as Config["sticky"], promoted: [] }
  const isOne = (each: Promoted | undefined) => has(each, "isOwned") && has(each?.storage, "list", "remove")
  if (!Array.isArray(list) || list.length === 0 || !list.every(isOne))
    throw new Misuse(`${file} exports no promoted = [{ storage, isOwned }], which --promoted sweeps`)
  // Sound: looked at above, as far as they are used.
  return { sticky: sticky as Config["sticky"], promoted: list }
}
