import { randomUUID } from "node:crypto"
import { constants } from "node:fs"
import { copyFile, open, stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import { stickyError } from "../../core/messages.js"
import type { ByteRange, Storage } from "../../core/storage.js"
import { checkedKey } from "../key.js"
import { createDirectory } from "./directory.js"
import { askAll, entriesOf } from "./entries.js"
import { closing, isCode, systemFiles } from "./files.js"
import { gatherInto } from "./gather.js"

export interface DiskStorageOptions {
  /** Where files go; made on first use. Keep it outside of what a web server serves. */
  directory: string
  /** How logs and `Stored` call it. @default "disk" */
  name?: string
  /** Permission bits of a stored file. @default 0o600 */
  fileMode?: number
  /** Permission bits of the directory when it is made. @default 0o700 */
  directoryMode?: number
  /**
   * Waits for the disk itself before a file counts as written, copied or removed, so that a token or a `Stored` survives
   * a loss of power. Without it only a crash of the process is survived: the system writes a few seconds later.
   * @default false
   */
  durable?: boolean
}

// No key begins with a dot, so an unfinished file is never taken for a complete one.
const unfinished = ".part-"
const directories = new WeakMap<Storage, string>()

/** Keeps files in one directory, each under its key. A file appears by a link, whole or not at all, and never over another. */
export function createDiskStorage(options: DiskStorageOptions): Storage {
  return diskStorage(options)
}

/** What only this room gives a disk storage. */
interface Inside {
  /** Has to pass before the first use of the directory and whenever it was made anew. */
  checkDirectory?: (directory: string) => Promise<void>
  files?: typeof systemFiles
}

export function diskStorage(options: DiskStorageOptions, inside: Inside = {}): Storage {
  if (typeof options?.directory !== "string" || options.directory === "") {
    throw new TypeError("sticky-uploads: createDiskStorage needs a directory")
  }
  const { name = "disk", fileMode = 0o600, directoryMode = 0o700, durable = false } = options
  const { checkDirectory, files = systemFiles } = inside
  const path = resolve(options.directory)
  const pathOf = (key: string) => join(path, checkedKey(key))
  const failed = (operation: string, cause: unknown) =>
    isCode(cause, "storage_failed")
      ? (cause as Error)
      : stickyError("storage_failed", { storage: name, operation }, { cause })
  const fail = (operation: string) => (cause: unknown) => {
    throw failed(operation, cause)
  }
  const directory = createDirectory({
    path,
    mode: directoryMode,
    durable,
    files,
    check: checkDirectory,
    failed: (cause) => failed("prepare", cause),
  })

  /** Fills an unfinished file and gives it its key; whatever happens, the unfinished one goes. */
  async function commit<T>(key: string, fill: (file: number, part: string) => Promise<T>): Promise<T> {
    const target = pathOf(key)
    const part = join(path, `${unfinished}${randomUUID()}`)
    const file = await directory.inside(() => files.open(part, "wx", fileMode)).catch(fail("write"))
    const close = () => files.close(file).catch(fail("write"))
    let result: T
    try {
      result = await closing(close, async () => {
        const filled = await fill(file, part)
        if (durable) await files.syncBytes(file).catch(fail("write"))
        return filled
      })
      await files.link(part, target).catch((cause: unknown) => {
        throw isCode(cause, "EEXIST")
          ? stickyError("storage_conflict", { storage: name, key }, { cause })
          : failed("commit", cause)
      })
    } finally {
      await files.unlink(part).catch(() => undefined)
    }
    await directory.settle().catch(async (cause: unknown) => {
      await files.unlink(target).catch(() => undefined)
      throw failed("commit", cause)
    })
    return result
  }

  /** What is not hidden: unfinished files are. */
  async function* keys(prefix: string): AsyncGenerator<string> {
    for await (const entry of entriesOf(path)) if (!entry.startsWith(".") && entry.startsWith(prefix)) yield entry
  }

  const storage: Storage = {
    name,
    write(key, source) {
      const into = (file: number) => (chunks: Uint8Array[]) => files.writev(file, chunks).catch(fail("write"))
      return commit(key, async (file) => ({ size: await gatherInto(into(file), source) }))
    },
    async open(key, range: ByteRange = { start: 0 }) {
      await directory.ready()
      const file = await open(pathOf(key), constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: unknown) => {
        throw isCode(cause, "ENOENT")
          ? stickyError("storage_missing", { storage: name, key }, { cause })
          : failed("open", cause)
      })
      if (range.end !== undefined && range.end <= range.start) {
        await file.close()
        return (async function* () {})()
      }
      const end = range.end === undefined ? {} : { end: range.end - 1 }
      return file.createReadStream({ start: range.start, ...end, highWaterMark: 262_144 })
    },
    async stat(key) {
      const at = pathOf(key)
      try {
        const { size, mtimeMs } = await stat(at)
        return { key, size, modifiedAt: mtimeMs }
      } catch (cause) {
        if (isCode(cause, "ENOENT")) return undefined
        throw failed("stat", cause)
      }
    },
    async remove(key) {
      const at = pathOf(key)
      try {
        await files.unlink(at)
        await directory.settle()
        return true
      } catch (cause) {
        if (!isCode(cause, "ENOENT")) throw failed("remove", cause)
        return false
      }
    },
    // No order: a directory's is its own. But what is left out is not asked for its age.
    async *list({ prefix = "" } = {}) {
      yield* askAll(keys(prefix), (key) => storage.stat(key).catch(() => undefined))
    },
    async copyFrom(source, sourceKey, key) {
      const from = directories.get(source)
      if (from === undefined) return false
      await commit(key, async (file, part) => {
        const { mode } = await files.stat(file)
        await copyFile(join(from, checkedKey(sourceKey)), part, constants.COPYFILE_FICLONE).catch((cause: unknown) => {
          throw isCode(cause, "ENOENT")
            ? stickyError("storage_missing", { storage: source.name, key: sourceKey }, { cause })
            : failed("copy", cause)
        })
        // A copy comes with the permissions of what it was copied from.
        await files.chmod(file, mode)
      })
      return true
    },
    async removeUnfinished(before) {
      let removed = 0
      for await (const entry of entriesOf(path)) {
        if (!entry.startsWith(unfinished)) continue
        const found = await stat(join(path, entry)).catch(() => undefined)
        if (!found || found.mtimeMs >= before) continue
        removed += await files.unlink(join(path, entry)).then(
          () => 1,
          (cause: unknown) => {
            // Another process was quicker.
            if (isCode(cause, "ENOENT")) return 0
            throw failed("remove", cause)
          },
        )
      }
      return removed
    },
  }
  directories.set(storage, path)
  return storage
}
