/**
 * What a page may add to the client: a list of picked files, limits said before a byte is sent, and uploads that are sent
 * again after a failure that passes.
 * @module
 */

export { checkLimits } from "./client/check.js"
export { showFiles } from "./client/file-list.js"
export { type RetryOptions, retries } from "./client/retries.js"
