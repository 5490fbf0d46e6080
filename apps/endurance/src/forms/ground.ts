import { join } from "node:path"
import { createDiskStorage, createTempStorage, type Storage } from "sticky-uploads/server"
import { directoriesOf } from "../site/places.js"
import type { Bucket } from "./bucket.js"

/** What processes share, as can be said to them: a directory with the app's rows in it, and with the files or a bucket for them. */
export interface Ground {
  directory: string
  bucket?: Bucket | undefined
}

/** Where the files of a ground wait, and where they stay. */
export interface Storages {
  staged: Storage
  uploads: Storage
}

export const rowsOf = ({ directory }: Ground) => join(directory, "rows")

export async function storagesOf({ directory, bucket }: Ground): Promise<Storages> {
  // Loaded where it is needed: that takes longer than all the rest of a process's start.
  if (bucket) return (await import("./bucket.js")).storagesIn(bucket)
  const { staged, kept } = directoriesOf(directory)
  return {
    staged: createTempStorage({ directory: staged }),
    uploads: createDiskStorage({ directory: kept, name: "uploads" }),
  }
}

/** A storage whose files have all been there for so much longer. */
export function aged(inner: Storage, seconds: number): Storage {
  return {
    ...inner,
    async *list(options) {
      for await (const entry of inner.list(options)) yield { ...entry, modifiedAt: entry.modifiedAt - seconds * 1000 }
    },
    removeUnfinished: async (before) => (await inner.removeUnfinished?.(before + seconds * 1000)) ?? 0,
  }
}
