import { stickyError } from "../core/messages.js"
import type { Storage } from "../core/storage.js"
import type { TokenClaims } from "../core/token.js"
import type { Lease } from "./lease.js"
import { locate } from "./locate.js"
import { claim, stagedKey } from "./staging.js"

/** A token's claims together with where its file waits. */
export interface Staged {
  claims: TokenClaims
  storage: Storage
  /** Where the token stands in the input, so that a refusal finds its field. */
  path: readonly PropertyKey[] | undefined
}

/**
 * What one call does to staged files: it takes those it uses, keeps account of what it promoted, and in the end either
 * consumes the ones and keeps the others, or gives the ones back and undoes the others.
 */
export interface Transaction {
  /**
   * Takes a staged file for this call; again and again, but once.
   * @throws StickyError `token_used`, `token_busy`, `token_gone`; `scope_missing` when the call is over.
   */
  use(staged: Staged): Promise<void>
  /**
   * Copies a file for good, by work that resolves once the copy is there, under a key of that storage. The call's end
   * waits for copies under way, so that none comes to stay after it was undone.
   * @throws StickyError `scope_missing` when the call is over.
   */
  promote<Result>(storage: Storage, key: string, work: () => Promise<Result>): Promise<Result>
  /** The call succeeded: what it used is gone, with a marker that says so. */
  commit(): Promise<void>
  /** The call failed: as if it had not been. */
  rollback(): Promise<void>
}

/** @param onError is told what could not be cleaned up; the call's own outcome stands. */
export function createTransaction(onError: (error: unknown) => void): Transaction {
  const taken = new Map<string, { staged: Staged; lease: Promise<Lease> }>()
  let isOver = false
  const copies: { storage: Storage; key: string }[] = []
  const underWay = new Set<Promise<unknown>>()

  async function forEach<T>(items: Iterable<T>, act: (item: T) => Promise<unknown>): Promise<void> {
    await Promise.all([...items].map((item) => act(item).catch(onError)))
  }

  async function end(): Promise<void> {
    isOver = true
    await Promise.allSettled(underWay)
  }

  return {
    async use(staged) {
      if (isOver) throw stickyError("scope_missing", {})
      const { jti } = staged.claims
      const known = taken.get(jti)
      const lease = known?.lease ?? claim(staged.storage, staged.claims)
      if (!known) taken.set(jti, { staged, lease })
      try {
        await lease
      } catch (error) {
        taken.delete(jti)
        throw locate(error, staged.path)
      }
    },
    async promote(storage, key, work) {
      if (isOver) throw stickyError("scope_missing", {})
      const copying = work().then((result) => {
        copies.push({ storage, key })
        return result
      })
      underWay.add(copying)
      return copying.finally(() => underWay.delete(copying))
    },
    async commit() {
      await end()
      await forEach(taken.values(), async ({ staged, lease }) => {
        await staged.storage.remove(stagedKey(staged.claims.jti))
        ;(await lease).keep()
      })
    },
    async rollback() {
      await end()
      await forEach(copies, ({ storage, key }) => storage.remove(key))
      await forEach(taken.values(), async ({ lease }) => (await lease).release())
    },
  }
}
