import { createReadStream } from "node:fs"
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { checkedKey, StickyError, type Storage } from "sticky-uploads/server"

const hasCode = (error: unknown, ...codes: string[]) => codes.includes((error as NodeJS.ErrnoException).code ?? "")

/**
 * A storage as a stranger would write one, against the public doors alone: each file in a folder of its own, as the
 * original keeps its temporary files.
 */
export function createFolderStorage(directory: string): Storage {
  const name = "folders"
  const pathOf = (key: string) => join(directory, checkedKey(key), "content")

  const storage: Storage = {
    name,
    async write(key, source) {
      checkedKey(key)
      await mkdir(directory, { recursive: true })
      const unfinished = await mkdtemp(join(directory, ".unfinished-"))
      try {
        const file = await open(join(unfinished, "content"), "wx")
        try {
          for await (const chunk of source) await file.write(chunk)
        } finally {
          await file.close()
        }
        const { size } = await stat(join(unfinished, "content"))
        await rename(unfinished, join(directory, key))
        return { size }
      } catch (error) {
        await rm(unfinished, { recursive: true, force: true })
        if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error
        throw new StickyError("storage_conflict", { storage: name, key }, "there already")
      }
    },
    async open(key, range) {
      if (!(await storage.stat(key))) throw new StickyError("storage_missing", { storage: name, key }, "not there")
      if (range?.end !== undefined && range.end <= range.start) return (async function* () {})()
      return createReadStream(pathOf(key), {
        start: range?.start ?? 0,
        end: range?.end === undefined ? Number.POSITIVE_INFINITY : range.end - 1,
      })
    },
    async stat(key) {
      try {
        const { size, mtimeMs } = await stat(pathOf(key))
        return { key, size, modifiedAt: mtimeMs }
      } catch (error) {
        if (hasCode(error, "ENOENT")) return undefined
        throw error
      }
    },
    remove: (key) => rm(join(directory, checkedKey(key)), { recursive: true, force: true }),
    async *list() {
      for (const key of await readdir(directory).catch(() => [])) {
        const found = key.startsWith(".") ? undefined : await storage.stat(key)
        if (found) yield found
      }
    },
  }
  return storage
}
