import { randomBytes } from "node:crypto"
import { cp, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises"
import { basename, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import type { App } from "./ask.js"
import { Misuse } from "./misuse.js"
import { packageNameOf } from "./package-name.js"

const templatesDirectory = fileURLToPath(new URL("../templates", import.meta.url))

/** What may lie in a folder all the same: a repository that was just cloned. */
const harmless = new Set([".git"])

async function makeEmptyFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
  } catch (error) {
    throw new Misuse(`cannot make the folder ${directory}: ${(error as Error).message}`)
  }
  const found = (await readdir(directory)).find((name) => !harmless.has(name))
  if (found !== undefined) throw new Misuse(`${directory} is not empty: it has ${found}, and nothing is overwritten`)
}

/**
 * Copies a template into a new or an empty folder, under a package name of its own and with a secret of its own.
 * @throws Misuse when the folder cannot be made, or is not empty.
 */
export async function createApp({ folder, template }: App): Promise<void> {
  const directory = resolve(folder)
  await makeEmptyFolder(directory)
  await cp(join(templatesDirectory, template), directory, { recursive: true })
  // npm leaves a .gitignore out of what it packs.
  await rename(join(directory, "gitignore"), join(directory, ".gitignore"))
  const name = packageNameOf(basename(directory))
  for (const file of ["package.json", "README.md"]) {
    const path = join(directory, file)
    await writeFile(path, (await readFile(path, "utf8")).replace("my-app", name))
  }
  const secret = `STICKY_SECRET=${randomBytes(32).toString("base64url")}\n`
  await writeFile(join(directory, ".env"), secret, { mode: 0o600 })
}
