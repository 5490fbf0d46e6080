/**
 * Files in S3, or in any store that speaks its protocol.
 * @module
 */

export { applyS3Lifecycle, type S3LifecycleOptions } from "./lifecycle.js"
export type { S3ObjectParameters, S3StorageOptions } from "./options.js"
export { createS3Storage } from "./storage.js"
