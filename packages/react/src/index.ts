/**
 * React hooks for a file field, and a field made of them: over the client of `sticky-uploads/client`, for React 18 and 19.
 * @module
 */

export type { UploadFile } from "./parts.js"
export { StickyField, type StickyFieldProps } from "./sticky-field.js"
export type { FieldOptions, FieldUpload, StickyHiddenProps, StickyInputProps, StickyStatusProps } from "./use-field.js"
export { type StickyUpload, type StickyUploadOptions, useStickyUpload } from "./use-sticky-upload.js"
export {
  type StickyUploads,
  type StickyUploadsFile,
  type StickyUploadsOptions,
  useStickyUploads,
} from "./use-sticky-uploads.js"
