import { stickyError } from "../core/messages.js"
import type { Storage } from "../core/storage.js"
import { longestTimeoutMs } from "./receive/receive.js"

/**
 * Waits for what a storage does, but not for ever.
 * @param late is called with what it came to after all, when nobody waits any more.
 * @throws StickyError `storage_failed` after so many seconds.
 */
export function within<T>(
  seconds: number,
  { storage, operation }: { storage: Storage; operation: string },
  work: Promise<T>,
  late: (value: T) => void = () => undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false
    const giveUp = () => {
      isOver = true
      const cause = new Error(`it took longer than ${seconds} s`)
      reject(stickyError("storage_failed", { storage: storage.name, operation }, { cause }))
    }
    // While somebody waits for the answer, their connection keeps the process alive.
    const timer = setTimeout(giveUp, Math.min(seconds * 1000, longestTimeoutMs)).unref()
    work.then((value) => (isOver ? late(value) : resolve(value)), reject).finally(() => clearTimeout(timer))
  })
}
