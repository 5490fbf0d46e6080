import { stickyError } from "../core/messages.js"

const keyGrammar = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/

/**
 * Passes a key that every storage can hold as it is.
 * @throws StickyError `key_invalid`: anything that could be a path, a hidden file or a client's name.
 */
export function checkedKey(key: string): string {
  if (typeof key !== "string" || !keyGrammar.test(key)) throw stickyError("key_invalid", {})
  return key
}
