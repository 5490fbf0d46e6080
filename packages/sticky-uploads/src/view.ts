export { checkLimits } from "./client/check.js"
export { showFiles } from "./client/file-list.js"
