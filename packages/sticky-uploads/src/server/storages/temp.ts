import { lstat } from "node:fs/promises"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import type { Storage } from "../../core/storage.js"
import { diskStorage } from "./disk.js"

export interface TempStorageOptions {
  /** Where staged files wait. @default `sticky-uploads-<uid>` under the OS temp directory, shared by all processes of this user */
  directory?: string
  /** How logs call it. @default "temp" */
  name?: string
  /** Waits for the disk itself, as `createDiskStorage` does, so that tokens survive a loss of power. @default false */
  durable?: boolean
}

/**
 * Keeps staged files in a private directory (0700) under the OS temp directory. The directory is made on first use and
 * must belong to this user alone: one that someone else made there first is refused, not used.
 */
export function createTempStorage(options: TempStorageOptions = {}): Storage {
  // Asked in this order: in a container a user may have no name, and without one there is no `userInfo`.
  const directory = options.directory ?? join(tmpdir(), `sticky-uploads-${process.geteuid?.() ?? userInfo().uid}`)
  const { name = "temp", durable = false } = options
  return diskStorage({ directory, name, durable }, { checkDirectory: refuseUnlessPrivate })
}

async function refuseUnlessPrivate(directory: string): Promise<void> {
  const found = await lstat(directory)
  const uid = process.geteuid?.()
  // Windows has neither owners nor modes here; its temp directory is per user already.
  const isOpen = uid !== undefined && (found.uid !== uid || (found.mode & 0o077) !== 0)
  if (!found.isDirectory() || isOpen) throw new Error(`${directory} is not a private directory of this user`)
}
