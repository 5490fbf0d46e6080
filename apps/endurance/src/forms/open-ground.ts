import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Ground } from "./ground.js"

export type StorageKind = "directory" | "s3"

export interface OpenGround {
  ground: Ground
  close(): Promise<void>
}

/** Makes what processes share, with an S3 server of its own where files are to be in a bucket. It goes with this process. */
export async function openGround(storage: StorageKind): Promise<OpenGround> {
  const directory = mkdtempSync(join(tmpdir(), "sticky-forms-"))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  process.once("exit", remove)
  const server = storage === "s3" ? await (await import("./bucket.js")).startBucket() : undefined
  return {
    ground: { directory, bucket: server?.bucket },
    async close() {
      await server?.stop()
      process.off("exit", remove)
      remove()
    },
  }
}
