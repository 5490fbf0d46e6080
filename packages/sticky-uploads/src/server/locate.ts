import { isStickyError, type Refusal, StickyError } from "../core/errors.js"
import type { Say } from "./words.js"

/** Gives a refusal that comes up after the parse what one of the parse has: its place in the input, and the person's words. */
export function locate(error: unknown, path: readonly PropertyKey[] | undefined, say: Say): unknown {
  if (!isStickyError(error) || error.path !== undefined) return error
  return new StickyError(error.code, error.details, say(error as Refusal), { cause: error, path })
}
