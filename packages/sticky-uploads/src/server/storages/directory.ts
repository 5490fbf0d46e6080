import { mkdir } from "node:fs/promises"
import { dirname } from "node:path"
import { closing, type Files, isCode } from "./files.js"

/** A directory that is made when it is first used, and made again when it was removed meanwhile. */
export interface Directory {
  /** Makes sure that it may be used, where that has to be asked. */
  ready(): Promise<void>
  /** Does what needs the directory, and once more when it had to be made first. */
  inside<T>(work: () => Promise<T>): Promise<T>
  /** Brings its entries to the disk; does nothing unless they shall be durable. */
  settle(): Promise<void>
}

interface DirectoryOptions {
  path: string
  mode: number
  durable: boolean
  files: Files
  /** Has to pass before the first use, and whenever the directory was made anew. */
  check?: ((path: string) => Promise<void>) | undefined
  /** What is thrown when it cannot be made or does not pass. */
  failed: (cause: unknown) => Error
}

export function createDirectory({ path, mode, durable, files, check, failed }: DirectoryOptions): Directory {
  let checked: Promise<void> | undefined

  async function sync(directory: string): Promise<void> {
    // Windows opens no directory, and keeps its entries in a journal of its own.
    if (process.platform === "win32") return
    const opened = await files.open(directory, "r")
    await closing(
      () => files.close(opened),
      () => files.syncEntries(opened),
    )
  }

  async function make(): Promise<void> {
    try {
      const first = await mkdir(path, { recursive: true, mode })
      // Each new directory is an entry of the one above it.
      for (let made = path; durable && first !== undefined && made.length >= first.length; made = dirname(made)) {
        await sync(dirname(made))
      }
      await check?.(path)
    } catch (cause) {
      throw failed(cause)
    }
  }

  async function ready(): Promise<void> {
    if (!check) return
    checked ??= make()
    await checked.catch((error: unknown) => {
      checked = undefined
      throw error
    })
  }

  return {
    ready,
    async inside(work) {
      await ready()
      return work().catch(async (cause: unknown) => {
        if (!isCode(cause, "ENOENT")) throw cause
        await make()
        return work()
      })
    },
    async settle() {
      if (durable) await sync(path)
    },
  }
}
