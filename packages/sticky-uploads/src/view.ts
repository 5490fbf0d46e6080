/**
 * What a person sees of picked files beyond the status line: a list of them, and limits said before a byte is sent.
 * @module
 */

export { checkLimits } from "./client/check.js"
export { showFiles } from "./client/file-list.js"
