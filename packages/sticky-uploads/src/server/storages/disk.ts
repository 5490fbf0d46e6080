import { constants } from "node:fs"
import { copyFile, link, mkdir, open, opendir, rm, stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import { stickyError } from "../../core/messages.js"
import type { ByteRange, Storage } from "../../core/storage.js"
import { newId } from "../id.js"
import { checkedKey } from "../key.js"
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
}

// No key begins with a dot, so an unfinished file is never taken for a complete one.
const unfinished = ".part-"
const directories = new WeakMap<Storage, string>()

const isCode = (error: unknown, code: string) => error instanceof Error && "code" in error && error.code === code

/** Keeps files in one directory, each under its key. A file appears by a link, whole or not at all, and never over another. */
export function createDiskStorage(options: DiskStorageOptions): Storage {
  return diskStorage(options)
}

/** A disk storage whose directory has to pass `checkDirectory` before the first use and whenever it was made anew. */
export function diskStorage(
  options: DiskStorageOptions,
  checkDirectory?: (directory: string) => Promise<void>,
): Storage {
  if (typeof options?.directory !== "string" || options.directory === "") {
    throw new TypeError("sticky-uploads: createDiskStorage needs a directory")
  }
  const directory = resolve(options.directory)
  const name = options.name ?? "disk"
  const fileMode = options.fileMode ?? 0o600
  const directoryMode = options.directoryMode ?? 0o700
  const pathOf = (key: string) => join(directory, checkedKey(key))
  const failed = (operation: string, cause: unknown) =>
    stickyError("storage_failed", { storage: name, operation }, { cause })

  let checked: Promise<void> | undefined
  async function ready(): Promise<void> {
    if (!checkDirectory) return
    checked ??= makeDirectory()
    await checked.catch((error: unknown) => {
      checked = undefined
      throw error
    })
  }

  async function makeDirectory(): Promise<void> {
    try {
      await mkdir(directory, { recursive: true, mode: directoryMode })
      await checkDirectory?.(directory)
    } catch (cause) {
      throw failed("prepare", cause)
    }
  }

  /** Fills an unfinished file and gives it its key; whatever happens, the unfinished one goes. */
  async function commit<T>(key: string, fill: (path: string) => Promise<T>): Promise<T> {
    const target = pathOf(key)
    const part = join(directory, `${unfinished}${newId()}`)
    try {
      const result = await fill(part)
      await link(part, target).catch((cause: unknown) => {
        throw isCode(cause, "EEXIST")
          ? stickyError("storage_conflict", { storage: name, key }, { cause })
          : failed("commit", cause)
      })
      return result
    } finally {
      await rm(part, { force: true }).catch(() => undefined)
    }
  }

  async function create(path: string) {
    const make = () => open(path, "wx", fileMode)
    try {
      await ready()
      return await make().catch(async (cause: unknown) => {
        if (!isCode(cause, "ENOENT")) throw cause
        await makeDirectory()
        return make()
      })
    } catch (cause) {
      throw isCode(cause, "storage_failed") ? cause : failed("write", cause)
    }
  }

  const storage: Storage = {
    name,
    write(key, source) {
      return commit(key, async (part) => {
        const file = await create(part)
        // Told apart from the disk's own errors: a source that fails, fails as itself.
        let ofSource: { error: unknown } | undefined
        const watched = (async function* () {
          try {
            yield* source
          } catch (error) {
            ofSource = { error }
            throw error
          }
        })()
        try {
          return { size: await gatherInto(file, watched) }
        } catch (cause) {
          throw ofSource ? ofSource.error : failed("write", cause)
        } finally {
          await file.close().catch(() => undefined)
        }
      })
    },
    async open(key, range: ByteRange = { start: 0 }) {
      await ready()
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
      try {
        const { size, mtimeMs } = await stat(pathOf(key))
        return { key, size, modifiedAt: mtimeMs }
      } catch (cause) {
        if (isCode(cause, "ENOENT")) return undefined
        throw isCode(cause, "key_invalid") ? cause : failed("stat", cause)
      }
    },
    async remove(key) {
      await rm(pathOf(key), { force: true }).catch((cause: unknown) => {
        throw failed("remove", cause)
      })
    },
    async *list() {
      for await (const entry of entriesOf(directory)) {
        if (entry.startsWith(".")) continue
        const found = await storage.stat(entry).catch(() => undefined)
        if (found) yield found
      }
    },
    async copyFrom(source, sourceKey, key) {
      const from = directories.get(source)
      if (from === undefined) return false
      await commit(key, async (part) => {
        await (await create(part)).close()
        await copyFile(join(from, checkedKey(sourceKey)), part, constants.COPYFILE_FICLONE).catch((cause: unknown) => {
          throw isCode(cause, "ENOENT")
            ? stickyError("storage_missing", { storage: source.name, key: sourceKey }, { cause })
            : failed("copy", cause)
        })
      })
      return true
    },
    async removeUnfinished(before) {
      let removed = 0
      for await (const entry of entriesOf(directory)) {
        if (!entry.startsWith(unfinished)) continue
        const path = join(directory, entry)
        const found = await stat(path).catch(() => undefined)
        if (!found || found.mtimeMs >= before) continue
        await rm(path, { force: true })
        removed += 1
      }
      return removed
    },
  }
  directories.set(storage, directory)
  return storage
}

async function* entriesOf(directory: string): AsyncIterable<string> {
  const opened = await opendir(directory).catch((cause: unknown) => {
    if (isCode(cause, "ENOENT")) return undefined
    throw cause
  })
  if (opened) for await (const entry of opened) yield entry.name
}
