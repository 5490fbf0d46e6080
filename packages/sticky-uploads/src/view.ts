/**
 * What a page may add to the client: a list of picked files and their pictures, limits said before a byte is sent, files
 * that are dropped or pasted, uploads that are sent again after a failure that passes, tokens that outlast a reload, and what
 * a list of one's own is made of.
 * @module
 */

export { addPicks } from "./client/add-picks.js"
export { checkLimits } from "./client/check.js"
export { drafts } from "./client/drafts.js"
export { showFiles } from "./client/file-list.js"
export { keepFiles } from "./client/keep-files.js"
export type { ShowOptions } from "./client/messages.js"
export { moveFile, removeFile } from "./client/move-file.js"
export { showPreviews } from "./client/previews.js"
export { type RetryOptions, retries } from "./client/retries.js"
export { takeDrops } from "./client/take-drops.js"
export { takePastes } from "./client/take-pastes.js"
