import { resolve } from "node:path"
import { fileURLToPath } from "node:url"

/** What the environment decides, read once at start. */
export interface Settings {
  port: number
  dataDir: string
}

/** `.data` beside this app's package.json, whatever directory the command was started from. */
const defaultDataDir = fileURLToPath(new URL("../.data", import.meta.url))

/** Reads `PORT` (default 3000) and `DATA_DIR` (default `.data` in the app's own folder). */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return { port: readPort(env.PORT), dataDir: resolve(env.DATA_DIR || defaultDataDir) }
}

function readPort(value: string | undefined): number {
  if (value === undefined || value === "") return 3000
  const port = Number(value)
  if (!/^\d+$/.test(value) || port > 65_535)
    throw new TypeError(`PORT must be a number from 0 to 65535, not "${value}"`)
  return port
}
