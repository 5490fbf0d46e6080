import { setTimeout as after } from "node:timers/promises"
import { isStickyError, type Refusal, refuse } from "../core/errors.js"
import type { Storage } from "../core/storage.js"
import type { TokenClaims } from "../core/token.js"
import { stagedKey } from "./staging.js"

/** A file as an inspector sees it: all its bytes are there, and nobody has a good token for it yet. */
export interface InspectedFile {
  /** Display text, never a path. */
  name: string
  /** Bytes, as counted. */
  size: number
  /** Media type, as sniffed. */
  type: string
  sha256: string | undefined
  /** The field: `submission.create/upload`. Missing for a raw file of whose place in the input nothing is known. */
  target: string | undefined
  /** Opens the bytes; again for each time. */
  open(): Promise<AsyncIterable<Uint8Array>>
}

/** Looks at a whole file before its token is good: for viruses, for pictures that are none, for what an app does not want. */
export interface Inspector {
  /** How refusals and logs call it. */
  readonly name: string
  /**
   * Resolves to why the file is refused, in a few words for people, or to `undefined`.
   * @param signal aborts when nobody waits any more.
   * @throws when it cannot say.
   */
  inspect(file: InspectedFile, signal: AbortSignal): Promise<string | undefined>
  /** What becomes of a file when the inspector throws or takes too long. `onError` is told either way. @default "refuse" */
  readonly onFailure?: "refuse" | "accept"
}

export interface InspectionOptions {
  /** Who looks at each file, one after the other, until one refuses it. @default none */
  inspect?: readonly Inspector[]
  /**
   * How long an upload's answer, and later a submit, waits for the inspectors, in seconds. After it the upload is answered
   * with a token that is pending, and the submit with `token_pending`.
   * @default 10
   */
  inspectSeconds?: number
  /** How long one inspector may take, in seconds. @default 300 */
  maxInspectSeconds?: number
}

export interface Inspections {
  /** Inspects a file that was just staged; resolves in good time. */
  begin(storage: Storage, claims: TokenClaims): Promise<Refusal | "passed" | "pending">
  /** What became of a file whose token is pending; waits for it in good time. */
  outcomeOf(storage: Storage, claims: TokenClaims): Promise<Refusal | undefined>
  /** Inspects a file that came with the call itself. */
  raw(file: InspectedFile): Promise<Refusal | undefined>
}

interface Settings {
  inspectors: readonly Inspector[]
  inspectSeconds: number
  maxInspectSeconds: number
  onError: (error: unknown) => void
  /** Is told of a file that was refused after its token had gone out. */
  onLateRefusal: (claims: TokenClaims, refusal: Refusal) => void
}

const askAgainMs = 250

const verdictKey = (key: string): string => `${key}.verdict`

/** Ends with the signal, whether the work heeds it or not. */
function abandoned<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}

export function createInspections(settings: Settings): Inspections {
  const { inspectors, inspectSeconds, maxInspectSeconds, onError, onLateRefusal } = settings
  const running = new Map<string, Promise<Refusal | undefined>>()

  async function ask(inspector: Inspector, file: InspectedFile): Promise<Refusal | undefined> {
    const { name } = inspector
    const signal = AbortSignal.timeout(maxInspectSeconds * 1000)
    try {
      const reason = await abandoned(inspector.inspect(file, signal), signal)
      return reason === undefined ? undefined : refuse("file_refused", { name: file.name, inspector: name, reason })
    } catch (error) {
      onError(error)
      return inspector.onFailure === "accept" ? undefined : refuse("inspection_failed", { inspector: name })
    }
  }

  async function raw(file: InspectedFile): Promise<Refusal | undefined> {
    for (const inspector of inspectors) {
      const refusal = await ask(inspector, file)
      if (refusal) return refusal
    }
    return undefined
  }

  /** One inspection of a file at a time in this process. */
  function inspection(storage: Storage, claims: TokenClaims): Promise<Refusal | undefined> {
    const key = stagedKey(claims)
    const { name, size, type, sha256, aud: target } = claims
    const known = running.get(key)
    if (known) return known
    const begun = raw({ name, size, type, sha256, target, open: () => storage.open(key) }).finally(() =>
      running.delete(key),
    )
    running.set(key, begun)
    return begun
  }

  /** Says in the storage, for every process, how an inspection ended that nobody waited for. One that failed is to be done again. */
  async function conclude(storage: Storage, claims: TokenClaims): Promise<void> {
    const key = stagedKey(claims)
    const refusal = await inspection(storage, claims)
    if (refusal?.code === "inspection_failed") return
    const text = JSON.stringify(refusal ?? null)
    const bytes = (async function* () {
      yield Buffer.from(text)
    })()
    try {
      await storage.write(verdictKey(key), bytes)
    } catch (error) {
      if (isStickyError(error, "storage_conflict")) return
      throw error
    }
    if (!refusal) return
    await storage.remove(key)
    onLateRefusal(claims, refusal)
  }

  async function verdict(storage: Storage, claims: TokenClaims): Promise<{ refusal: Refusal | undefined } | undefined> {
    const key = verdictKey(stagedKey(claims))
    if (!(await storage.stat(key))) return undefined
    const chunks: Uint8Array[] = []
    for await (const chunk of await storage.open(key)) chunks.push(chunk)
    // Sound: written above, where nobody but us writes.
    return { refusal: (JSON.parse(Buffer.concat(chunks).toString()) as Refusal | null) ?? undefined }
  }

  return {
    raw,
    async begin(storage, claims) {
      const late = new AbortController()
      const outcome = await Promise.race([
        inspection(storage, claims).then((refusal) => refusal ?? ("passed" as const)),
        after(inspectSeconds * 1000, "pending" as const, { signal: late.signal }),
      ]).finally(() => late.abort())
      if (outcome === "pending") void conclude(storage, claims).catch(onError)
      return outcome
    },
    async outcomeOf(storage, claims) {
      const until = Date.now() + inspectSeconds * 1000
      // Whoever inspected it is gone by then, or gave up.
      const isAbandoned = Date.now() > (claims.iat + maxInspectSeconds * inspectors.length + inspectSeconds) * 1000
      let found = await verdict(storage, claims)
      if (!found && isAbandoned) void conclude(storage, claims).catch(onError)
      while (!found) {
        const left = until - Date.now()
        if (left <= 0) return refuse("token_pending", { name: claims.name })
        await after(Math.min(askAgainMs, left))
        found = await verdict(storage, claims)
      }
      return found.refusal
    },
  }
}
