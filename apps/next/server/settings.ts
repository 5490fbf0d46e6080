import { resolve } from "node:path"

/** Where files and rows are kept: `DATA_DIR`, or `.data` in the app's own folder. */
export const dataDir = () => resolve(/* turbopackIgnore: true */ process.env.DATA_DIR || ".data")

/** What signs the tokens. Read when the first request comes: a build needs no secret, and keeps none. */
export function secrets(): string[] {
  const { NODE_ENV, STICKY_SECRET } = process.env
  if (STICKY_SECRET) return [STICKY_SECRET]
  if (NODE_ENV !== "production") return ["for development alone: everybody can read it"]
  throw new Error("STICKY_SECRET is not set: give it what `openssl rand -base64 32` prints, on all servers the same")
}

/** How many uploads one visitor may begin in a minute: `UPLOADS_PER_MINUTE`, or 60. */
export const uploadsPerMinute = () => Number(process.env.UPLOADS_PER_MINUTE || 60)
