import { isStickyError, StickyError } from "../core/errors.js"

/** Gives an error the place in the input of the value it speaks of, where it has none yet. */
export function locate(error: unknown, path: readonly PropertyKey[] | undefined): unknown {
  if (path === undefined || !isStickyError(error) || error.path !== undefined) return error
  return new StickyError(error.code, error.details, error.message, { cause: error, path })
}
