import { setTimeout as after } from "node:timers/promises"
import { type Refusal, refuse } from "../core/errors.js"
import type { Storage } from "../core/storage.js"
import type { TokenClaims } from "../core/token.js"
import { createInspect, type Inspect, type Inspector, type InspectSettings } from "./inspectors.js"
import { type Lease, takeLease } from "./lease.js"
import { longestTimeoutMs } from "./receive/receive.js"
import { type StagedId, stagedKey } from "./staging.js"
import { readVerdict, writeVerdict } from "./verdict.js"

export interface InspectionOptions {
  /** Who looks at each file, one after the other, until one refuses it. @default none */
  inspect?: readonly Inspector[]
  /**
   * How long an upload's answer, and later a submit, waits for the inspectors, in seconds. After it the upload is answered
   * with a token that is pending, and the submit with `token_pending`.
   * @default 10
   */
  inspectSeconds?: number
  /** How long one inspector may take for a file, its turn waited for, in seconds. @default 300 */
  maxInspectSeconds?: number
  /** Files that this process has inspected at once; the others wait for their turn. @default 10 */
  inspectAtOnce?: number
}

/** Inspects files, and keeps account of those whose inspection takes longer than anybody waits. */
export interface Inspections {
  /** Inspects a file that was just staged; resolves in good time, and at once where nobody waits. */
  begin(storage: Storage, claims: TokenClaims, isAwaited: boolean): Promise<Refusal | "passed" | "pending">
  /** What became of a file whose token is pending; waits for it in good time. Says nothing of one that is gone. */
  outcomeOf(storage: Storage, claims: TokenClaims): Promise<Refusal | undefined>
  /** Inspects a file that came with the call itself. */
  raw: Inspect
  /** The file is gone: nobody needs to know any more. */
  drop(id: StagedId): void
}

interface Settings extends InspectSettings {
  inspectSeconds: number
  /** Is told of a file that was refused after its token had gone out. */
  onLateRefusal: (claims: TokenClaims, refusal: Refusal) => void
}

const askAgainMs = 250

/** What the process holds that inspects a pending file. */
const inspectionKey = (key: string): string => `${key}.inspection`

/** @throws TypeError when something is no inspector. */
export function createInspections(settings: Settings): Inspections {
  const { inspectSeconds, onError, onLateRefusal } = settings
  const inspect = createInspect(settings)
  const running = new Map<string, AbortController>()

  function inspection(storage: Storage, claims: TokenClaims): Promise<Refusal | undefined> {
    const key = stagedKey(claims)
    const { name, size, type, sha256, aud: target } = claims
    const gone = new AbortController()
    running.set(key, gone)
    return inspect({ name, size, type, sha256, target, open: () => storage.open(key) }, gone.signal).finally(() =>
      running.delete(key),
    )
  }

  /**
   * Says in the storage, for every process, how an inspection ended that nobody waited for. One that failed says nothing
   * and gives the lease back: the next submit has the file inspected again.
   */
  async function conclude(
    storage: Storage,
    claims: TokenClaims,
    lease: Lease,
    work: () => Promise<Refusal | undefined>,
  ): Promise<void> {
    const key = stagedKey(claims)
    try {
      // Concluded by another process before this one had the lease.
      if (await readVerdict(storage, key)) return
      const refusal = await work()
      const isGone = !(await storage.stat(key))
      if (isGone || refusal?.code === "inspection_failed") return
      if (!(await writeVerdict(storage, key, { refusal })) || !refusal) return
      await storage.remove(key).catch(onError)
      onLateRefusal(claims, refusal)
    } finally {
      await lease.release()
    }
  }

  /** Takes up an inspection that no process is at: of one that died while it was, the lease grows stale. */
  async function takeUp(storage: Storage, claims: TokenClaims): Promise<void> {
    const lease = await takeLease(storage, inspectionKey(stagedKey(claims)))
    if (lease) await conclude(storage, claims, lease, () => inspection(storage, claims))
  }

  return {
    async begin(storage, claims, isAwaited) {
      const begun = inspection(storage, claims)
      const inTime = new AbortController()
      const outcome = isAwaited
        ? await Promise.race([
            begun.then((refusal) => refusal ?? ("passed" as const)),
            after(Math.min(inspectSeconds * 1000, longestTimeoutMs), "pending" as const, { signal: inTime.signal }),
          ]).finally(() => inTime.abort())
        : "pending"
      if (outcome !== "pending") return outcome
      // Before anybody has the token, so that no other process begins anew.
      const lease = await takeLease(storage, inspectionKey(stagedKey(claims)))
      if (lease) void conclude(storage, claims, lease, () => begun).catch(onError)
      return "pending"
    },
    async outcomeOf(storage, claims) {
      const key = stagedKey(claims)
      const until = performance.now() + inspectSeconds * 1000
      // In this order: a refused file has its verdict before it is removed.
      const isHere = await storage.stat(key)
      let found = await readVerdict(storage, key)
      if (!found && isHere) void takeUp(storage, claims).catch(onError)
      while (!found && isHere) {
        const left = until - performance.now()
        if (left <= 0) return refuse("token_pending", { name: claims.name })
        await after(Math.min(askAgainMs, left))
        found = await readVerdict(storage, key)
      }
      return found?.refusal
    },
    raw: inspect,
    drop: (id) => running.get(stagedKey(id))?.abort(),
  }
}
