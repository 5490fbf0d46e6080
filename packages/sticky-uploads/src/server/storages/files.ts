import { close, fchmod, fdatasync, fstat, fsync, link, open, unlink, writev } from "node:fs"
import { promisify } from "node:util"

/**
 * The calls that put a file on a disk. On bare descriptors: FileHandles cost a small file a third more of the process's
 * time. Whoever opens one closes it, and not while a write is in flight: its number may then be another file's.
 */
export const systemFiles = {
  open: promisify(open),
  stat: promisify(fstat),
  chmod: promisify(fchmod),
  writev: promisify(writev),
  /** Brings a file's bytes to the disk. */
  syncBytes: promisify(fdatasync),
  /** Brings a directory's entries to the disk. */
  syncEntries: promisify(fsync),
  close: promisify(close),
  link: promisify(link),
  unlink: promisify(unlink),
}

export type Files = typeof systemFiles

/**
 * Closes a file after work on it, whatever came of that. Some file systems say only now that the bytes found no room: for
 * a file that seemed whole that is a failure.
 */
export async function closing<T>(close: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let result: T
  try {
    result = await work()
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
  await close()
  return result
}

export const isCode = (error: unknown, code: string) => error instanceof Error && "code" in error && error.code === code
