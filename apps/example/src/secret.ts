import { randomBytes } from "node:crypto"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"

/**
 * Gives the secret that signs upload tokens: `STICKY_SECRET` where it is set, else one made at the first start and
 * kept beside the database, so that a restart does not make the files of half-filled forms unusable.
 */
export async function loadSecret(dataDir: string, fromEnvironment: string | undefined): Promise<string> {
  if (fromEnvironment) return fromEnvironment
  const path = join(dataDir, "secret")
  try {
    await writeFile(path, `${randomBytes(48).toString("base64url")}\n`, { mode: 0o600, flag: "wx" })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
  }
  return (await readFile(path, "utf8")).trim()
}
