/**
 * The server's half: tokens, scopes, storages, the sweep. Knows neither Express nor tRPC.
 * @module
 */

export { isStickyError, StickyError, type StickyErrorCode, type StickyErrorDetails } from "./core/errors.js"
export type { PromoteOptions, StickyFile, Stored } from "./core/sticky-file.js"
export type { ByteRange, ListOptions, Storage, StoredEntry } from "./core/storage.js"
export type { StickyToken } from "./core/token.js"
export { noCall, type StickyCallInfo } from "./server/call-info.js"
export { decodedPath } from "./server/decoded-path.js"
export { handleUpload, type UploadRequest } from "./server/endpoint.js"
export type { StickyAnswer, StickyRequest } from "./server/exchange.js"
export { type ActionOutcome, type ActionRequest, handleAction } from "./server/form/action.js"
export { type FormOutcome, type FormRequest, handleForm } from "./server/form/form.js"
export { type FormCaller, type FormRouter, formCaller } from "./server/form/form-caller.js"
export type { InvalidForm, StagedField } from "./server/form/invalid-form.js"
export type { RefusedForm } from "./server/form/refused-page.js"
export type { MakeContext } from "./server/guard.js"
export { newId } from "./server/id.js"
export type { InspectionOptions } from "./server/inspections.js"
export type { InspectedFile, Inspector } from "./server/inspectors.js"
export { checkedKey } from "./server/key.js"
export type { Logger } from "./server/log.js"
export type {
  PromotedEvent,
  RefusedEvent,
  StagedEvent,
  StickyHooks,
} from "./server/observers.js"
export type { StickyOptions } from "./server/options.js"
export { contentDisposition } from "./server/preview/content-disposition.js"
export type { PreviewInline } from "./server/preview/headers.js"
export { handlePreview, type PreviewRequest } from "./server/preview/preview.js"
export type { PreviewReference } from "./server/preview/reference.js"
export type { QuotaOptions } from "./server/quotas.js"
export { type Redacted, redacted } from "./server/redacted.js"
export type { RouterLike, Schemas } from "./server/registry.js"
export { createScripts, type ScriptOptions, type ScriptTagOptions, type StickyScripts } from "./server/scripts.js"
export { createSticky, type Sticky, type StickyCall } from "./server/sticky.js"
export { createDiskStorage, type DiskStorageOptions } from "./server/storages/disk.js"
export { createMemoryStorage } from "./server/storages/memory.js"
export { createTempStorage, type TempStorageOptions } from "./server/storages/temp.js"
export { type SweepPromotedOptions, sweepPromoted } from "./server/sweep-promoted.js"
export type { StorageSweep, SweepCounts, SweepResult } from "./server/sweep-result.js"
export type { SweepOptions } from "./server/sweep-storage.js"
export type { Activity, Ending, Followed, Telemetry } from "./server/telemetry.js"
export type { MessagesOption, MessagesRequest } from "./server/words.js"
