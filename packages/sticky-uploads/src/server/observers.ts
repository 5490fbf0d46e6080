import { type Refusal, type StickyErrorCode, statusOf } from "../core/errors.js"
import type { Stored } from "../core/sticky-file.js"
import type { StagedUpload } from "./stage.js"
import type { SweepResult } from "./sweep-result.js"

/** A file that waits in its storage, and whose token has gone out. */
export interface StagedEvent<Context> {
  ctx: Context
  /** The field: `submission.create/upload`. */
  target: string
  subject: string | undefined
  /** The procedure of the form that came without JavaScript and is shown again; not there at the endpoint. */
  form: string | undefined
  /** The token's id, which `onPromoted` tells again. It is no token: nothing can be had for it. */
  id: string
  /** The client's name for the file: display text, never a path. */
  name: string
  /** Bytes, as counted. */
  size: number
  /** Media type, as sniffed from the bytes. */
  type: string
  /** Lower-case hexadecimal, when a checksum was asked for. */
  sha256: string | undefined
  /** The `name` of the storage it waits in. */
  storage: string
  expiresAt: Date
}

/** What was refused: a request, a file, a token to be discarded. Narrow `details` by `code`. */
export type RefusedEvent<Context> = Refusal & {
  /** What the code stands for in HTTP, also where the answer itself is another: a refused file is answered with 200. */
  status: number
  /** Missing as long as the context is not made, and when it cannot be. */
  ctx: Context | undefined
  /** The field, as far as it is one: with `target_unknown` it is what the client made up. Missing when a whole form was refused. */
  target: string | undefined
  /** Known once the person was allowed to upload. */
  subject: string | undefined
  /** The procedure of a form that came without JavaScript; not there at the endpoint. */
  form: string | undefined
}

/** A copy for good, made by a call that succeeded. */
export interface PromotedEvent<Context> {
  ctx: Context
  /** Missing for a raw file of whose place in the input nothing is known. */
  target: string | undefined
  subject: string | undefined
  /** The token's id; missing for a raw file, which never had one. */
  id: string | undefined
  stored: Stored
}

/**
 * What an app may watch, for its log, its metrics or its database. Each is told after the answer is on its way, once, and
 * may return a promise that nobody waits for; what it throws goes to `onError`.
 */
export interface StickyHooks<Context> {
  /** A file waits and its token has gone out: from the endpoint, or with a form that is shown again. */
  onStaged?: (event: StagedEvent<Context>) => unknown
  /** The endpoint, a form or a preview refused a request, a file or a token. Failures of ours go to `onError`. */
  onRefused?: (event: RefusedEvent<Context>) => unknown
  /** A call that promoted this file has succeeded. What a failed call promoted is undone, and never told. */
  onPromoted?: (event: PromotedEvent<Context>) => unknown
  /** A sweep is over, the regular one or one of yours; a dry run is not told. */
  onSwept?: (event: SweepResult) => unknown
}

// That we take no more, and that an inspector failed: that one's own error was told already.
const refusalsAllTheSame: readonly StickyErrorCode[] = ["server_busy", "inspection_failed"]

/** Whether `onError` is told of it, and not `onRefused`: what goes wrong on our side. */
export const isOurs = (code: StickyErrorCode): boolean => statusOf[code] >= 500 && !refusalsAllTheSame.includes(code)

/** The app's hooks, safe to tell from anywhere. */
export interface Observers<Context> {
  staged(event: StagedEvent<Context>): void
  refused(event: RefusedEvent<Context>): void
  promoted(event: PromotedEvent<Context>): void
  swept(event: SweepResult): void
}

/** Makes observers that can neither fail what they watch nor hold it up, nor keep another from being told. */
export function createObservers<Context>(
  watchers: readonly StickyHooks<Context>[],
  onError: (error: unknown) => void,
): Observers<Context> {
  async function tell<Event>(hook: (event: Event) => unknown, event: Event): Promise<void> {
    try {
      await hook(event)
    } catch (error) {
      onError(error)
    }
  }
  function observer<Event>(
    hookOf: (hooks: StickyHooks<Context>) => ((event: Event) => unknown) | undefined,
  ): (event: Event) => void {
    const hooks = watchers.flatMap((watcher) => hookOf(watcher)?.bind(watcher) ?? [])
    return (event) => {
      // In a later turn, so that not even what a hook does before its first await stands between a person and the answer.
      for (const hook of hooks) setImmediate(tell, hook, event)
    }
  }
  return {
    staged: observer((hooks) => hooks.onStaged),
    refused: observer((hooks) => hooks.onRefused),
    promoted: observer((hooks) => hooks.onPromoted),
    swept: observer((hooks) => hooks.onSwept),
  }
}

export function stagedEvent<Context>(
  { claims, storage }: StagedUpload,
  { ctx, form }: Pick<StagedEvent<Context>, "ctx" | "form">,
): StagedEvent<Context> {
  const { aud: target, sub: subject, jti: id, exp, name, size, type, sha256 } = claims
  const expiresAt = new Date(exp * 1000)
  return { ctx, target, subject, form, id, name, size, type, sha256, storage: storage.name, expiresAt }
}

export function refusedEvent<Context>(
  { code, details }: Refusal,
  { ctx, target, subject, form }: Pick<RefusedEvent<Context>, "ctx" | "target" | "subject" | "form">,
): RefusedEvent<Context> {
  // Sound: code and details come from one refusal.
  return { code, details: { ...details }, status: statusOf[code], ctx, target, subject, form } as RefusedEvent<Context>
}
