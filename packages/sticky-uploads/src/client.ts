/**
 * The browser's half: uploads what is picked in an input, and makes its form carry the token.
 * @module
 */

export type { UploadFailure } from "./client/answer.js"
export { createStickyClient, type StickyClient, type StickyClientOptions, type UploadOptions } from "./client/client.js"
export type { Drafts } from "./client/drafts.js"
export type { AttachOptions, StickyEventDetail, StickyUploader, SubmitMode } from "./client/hooks.js"
export type {
  ClientMessages,
  FileListMessages,
  PreviewMessages,
  RetryMessages,
  TakeMessages,
  Words,
} from "./client/messages.js"
export type { Abortable, Retry, Retrying } from "./client/retries.js"
export { type Part, type Parts, type StagedFile, type StateName, stateOf } from "./client/states.js"
export type { StickyTarget } from "./client/targets.js"
export type { TransportOptions } from "./client/transport.js"
