import type { Refusal } from "../core/errors.js"
import { stickyError } from "../core/messages.js"
import type { Stored } from "../core/sticky-file.js"
import type { Storage } from "../core/storage.js"
import type { TokenClaims } from "../core/token.js"
import type { Lease } from "./lease.js"
import { locate } from "./locate.js"
import { raise } from "./raise.js"
import { claim, stagedKey } from "./staging.js"
import type { Follow } from "./telemetry.js"
import type { Say } from "./words.js"

/** A token's claims together with where its file waits. */
export interface Staged {
  claims: TokenClaims
  storage: Storage
  /** Where the token stands in the input, so that a refusal finds its field. */
  path: readonly PropertyKey[] | undefined
  /** Why it may not be used, where that could not be asked before the parse. */
  refusal?: (() => Promise<Refusal | undefined>) | undefined
}

/** @throws StickyError of a file that could not be asked about before the parse. */
export async function refuseUnasked({ refusal }: Staged): Promise<void> {
  const refused = await refusal?.()
  if (refused) raise(refused)
}

async function take(staged: Staged): Promise<Lease> {
  await refuseUnasked(staged)
  return claim(staged.storage, staged.claims)
}

/** A copy for good, and the field it came from. */
export interface Promoted {
  stored: Stored
  target: string | undefined
  id: string | undefined
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
   * Copies a file for good, by work that resolves once the copy is there, in that storage. The call's end waits for
   * copies under way, so that none comes to stay after it was undone.
   * @throws StickyError `scope_missing` when the call is over.
   */
  promote(storage: Storage, work: () => Promise<Promoted>): Promise<Stored>
  /** The call succeeded: what it used is gone, with a marker that says so. */
  commit(): Promise<void>
  /** The call failed: as if it had not been. */
  rollback(): Promise<void>
}

/**
 * Gives the transaction that a use of a file belongs to: the call's own, or with `each` a fresh one, as every use is then a
 * call of its own: consumed when it succeeds, given back when it fails.
 */
export type Begin = () => { transaction: Transaction; each: boolean }

interface TransactionOptions {
  say: Say
  follow: Follow
  /** Is told what could not be cleaned up; the call's own outcome stands. */
  onError: (error: unknown) => void
  /** Is told each copy once the call has succeeded. */
  onPromoted: (promoted: Promoted) => void
  /** Is told each staged file that is gone for good. */
  onUsed: (claims: TokenClaims) => void
}

export function createTransaction({ say, follow, onError, onPromoted, onUsed }: TransactionOptions): Transaction {
  const taken = new Map<string, { staged: Staged; lease: Promise<Lease> }>()
  let isOver = false
  const copies: { storage: Storage; promoted: Promoted }[] = []
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
      const lease = known?.lease ?? take(staged)
      if (!known) taken.set(jti, { staged, lease })
      try {
        await lease
      } catch (error) {
        taken.delete(jti)
        throw locate(error, staged.path, say)
      }
    },
    async promote(storage, work) {
      if (isOver) throw stickyError("scope_missing", {})
      const copying = follow({ name: "promote", storage: storage.name }, work).then((promoted) => {
        copies.push({ storage, promoted })
        return promoted.stored
      })
      underWay.add(copying)
      return copying.finally(() => underWay.delete(copying))
    },
    async commit() {
      await end()
      await forEach(taken.values(), async ({ staged, lease }) => {
        const held = await lease
        try {
          await staged.storage.remove(stagedKey(staged.claims))
        } catch (error) {
          await held.seal().catch(onError)
          throw error
        }
        held.keep()
        onUsed(staged.claims)
      })
      for (const { promoted } of copies) onPromoted(promoted)
    },
    async rollback() {
      await end()
      await forEach(copies, ({ storage, promoted }) => storage.remove(promoted.stored.key))
      await forEach(taken.values(), async ({ lease }) => (await lease).release())
    },
  }
}
