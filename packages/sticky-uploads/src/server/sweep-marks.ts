import { isStickyError } from "../core/errors.js"
import type { Storage } from "../core/storage.js"
import { stagedMark } from "./staging.js"
import { textOf } from "./web-stream.js"

/** What the keys begin with of what sweepers keep beside staged files. No token's id is that short. */
const sweepMark = (mark: string): string => `${mark}sweep.`

/** Tells what the sweepers of a sticky keep for themselves from its files. */
export const isSweepMark = (mark: string, key: string): boolean => key.startsWith(sweepMark(mark))

export const stagedBookmark = (mark: string): string => `${sweepMark(mark)}after`
export const promotedBookmark = `${stagedBookmark(stagedMark(undefined))}-promoted`

/** Resolves to false where there is such a key. */
async function write(storage: Storage, key: string, text: string): Promise<boolean> {
  async function* content() {
    if (text) yield Buffer.from(text)
  }
  try {
    await storage.write(key, content())
    return true
  } catch (error) {
    if (isStickyError(error, "storage_conflict")) return false
    throw error
  }
}

/**
 * Takes the turn to sweep a storage, with a mark that is named after the end of the interval: of all processes that share
 * the storage, one gets it in each. Nobody has to give it back: should that one die, the next interval has its own.
 */
export async function takeTurn(storage: Storage, mark: string, everyMs: number, now: number): Promise<boolean> {
  const end = Math.ceil((Math.floor(now / everyMs) + 1) * everyMs)
  // Where it cannot be written, sweeping matters all the more: the disk may be full.
  return write(storage, `${sweepMark(mark)}${end}`, "").catch(() => true)
}

/** Whether a mark says who had the turn in an interval that is over. */
export const isOverTurn = (mark: string, key: string, now: number): boolean =>
  isSweepMark(mark, key) && Number(key.slice(sweepMark(mark).length)) <= now

/** Reads where a sweep was stopped; without that one begins at the beginning. */
export async function readBookmark(storage: Storage, key: string): Promise<string | undefined> {
  if (!(await storage.stat(key))) return undefined
  return textOf(await storage.open(key)).catch(() => undefined)
}

/** Keeps in the storage where a sweep was stopped, so that the next one goes on there, in whatever process. */
export async function moveBookmark(storage: Storage, key: string, after: string | undefined): Promise<void> {
  await storage.remove(key)
  // Another sweep that was stopped at the same time may be quicker: then where that one was counts.
  if (after !== undefined) await write(storage, key, after)
}
