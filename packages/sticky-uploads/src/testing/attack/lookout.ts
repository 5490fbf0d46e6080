import { setTimeout as pause } from "node:timers/promises"
import type { Judgement } from "./judge.js"
import type { ResolvedAttack } from "./options.js"

/** The app, seen from inside. What is left out is not judged. */
export interface Look {
  /** Every file that the app keeps, and every place where one could be left: temporary directories too. */
  files?: readonly string[]
  rssBytes?: number
  /** What tells one life of the process from the next, such as its pid. */
  process?: string | number
  /** Anything else that should not be, in words, such as a prototype that was changed. */
  wrong?: string | undefined
}

/** Compares how the app looks with how it looked before. */
export interface Lookout {
  /** Takes what there is now for how it should be. */
  renew(): Promise<void>
  /** What is wrong since then, once it had time to clean up; so many new files are right. */
  judge(newFiles: number): Promise<Judgement | undefined>
  /** How many files have come since. */
  newFiles(): Promise<number>
}

// In the names that the corpus gives to files, wherever they try to be one on disk; and in no random key.
const namedByClient = /evil-file/i
const settleMs = 2000

export function createLookout({ look = () => ({}), maxRisenBytes }: ResolvedAttack): Lookout {
  let before: Look = {}
  let normalRssBytes: number | undefined

  async function see(): Promise<{ now: Look; fresh: readonly string[] }> {
    const now = await look()
    const known = new Set(before.files)
    return { now, fresh: (now.files ?? []).filter((file) => !known.has(file)) }
  }

  const risenBytes = (now: Look) => (now.rssBytes ?? 0) - (normalRssBytes ?? Number.POSITIVE_INFINITY)

  function wrongOf(now: Look, fresh: readonly string[], newFiles: number): Judgement | undefined {
    const risen = risenBytes(now)
    const extra = fresh.length - newFiles
    const named = fresh.find((file) => namedByClient.test(file))
    if (now.process !== before.process) return { verdict: "crashed", why: "another process answers now" }
    if (now.wrong !== undefined) return { verdict: "open", why: now.wrong }
    if (named !== undefined) return { verdict: "open", why: "a file on disk has the name that the client gave" }
    if (extra > 0) return { verdict: "left", why: extra === 1 ? "leaves a file" : `leaves ${extra} files` }
    if (risen > maxRisenBytes) return { verdict: "left", why: `memory is ${(risen / 1e6).toFixed(0)} MB higher` }
    return undefined
  }

  return {
    async renew() {
      before = await look()
      normalRssBytes ??= before.rssBytes
    },
    async judge(newFiles) {
      const until = performance.now() + settleMs
      for (;;) {
        const { now, fresh } = await see()
        const wrong = wrongOf(now, fresh, newFiles)
        if (wrong?.verdict === "left" && performance.now() < until) {
          await pause(50)
          continue
        }
        before = now
        // Memory that does not come back is told of once.
        if (risenBytes(now) > maxRisenBytes) normalRssBytes = now.rssBytes
        return wrong
      }
    },
    newFiles: async () => (await see()).fresh.length,
  }
}
