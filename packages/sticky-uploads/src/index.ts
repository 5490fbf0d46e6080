export {
  type FileRefusalCode,
  isStickyError,
  type Refusal,
  StickyError,
  type StickyErrorCode,
  type StickyErrorDetails,
} from "./core/errors.js"
export type { StickyFileLimits } from "./core/limits.js"
export { english, type Messages } from "./core/messages.js"
export type { UploadAccepted, UploadAnswer, UploadRefused } from "./core/protocol.js"
export type { FileLike, PromoteOptions, StickyFile, Stored } from "./core/sticky-file.js"
export type { ByteRange, Storage, StoredEntry } from "./core/storage.js"
export type { StickyToken } from "./core/token.js"
