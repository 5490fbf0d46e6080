/**
 * What `z` is: all of Zod 4, and the sticky file. Import it as `import * as z from "sticky-uploads/zod"`: a named `z`
 * would pull every locale into a browser bundle.
 * @module
 */

export * from "zod"
// By these names the types of a router that has sticky files are written into its declarations.
export type { File, StickyFile } from "./core/sticky-file.js"
export type { StickyToken } from "./core/token.js"
export { type MaxTotalBytesParams, maxTotalBytes } from "./zod/max-total-bytes.js"
export { type StickyFileParams, stickyFile, ZodStickyFile } from "./zod/sticky-file.js"
