import { type Refusal, StickyError, type StickyErrorOptions } from "../core/errors.js"
import { messageOf } from "../core/messages.js"

/** Throws a refusal where nothing but an error can leave. */
export function raise(refusal: Refusal, options?: StickyErrorOptions): never {
  throw new StickyError(refusal.code, refusal.details, messageOf(refusal), options)
}
