/**
 * What server and browser share: limits, refusals, their words, the names on the wire, and what a storage is.
 * @module
 */

export { acceptPattern } from "./core/accept.js"
export { formatBytes } from "./core/bytes.js"
export {
  type FileRefusalCode,
  isStickyError,
  type Refusal,
  StickyError,
  type StickyErrorCode,
  type StickyErrorDetails,
  type StickyErrorOptions,
} from "./core/errors.js"
export { escapeHtml } from "./core/escape-html.js"
export { type ResolvedLimits, resolveLimits, type StickyFieldLimits, type StickyFileLimits } from "./core/limits.js"
export { english, type Messages } from "./core/messages.js"
export { clearName, hiddenName, type UploadAccepted, type UploadAnswer, type UploadRefused } from "./core/protocol.js"
export type { File, FileLike, PromoteOptions, StickyFile, Stored } from "./core/sticky-file.js"
export type { ByteRange, ListOptions, Storage, StoredEntry } from "./core/storage.js"
export type { StickyToken } from "./core/token.js"
