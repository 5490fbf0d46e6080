// What `z` is: all of Zod, and the sticky file. Import it as `import * as z from "sticky-uploads/zod"`: a named `z`
// would pull every locale into a browser bundle.
export * from "zod"
export { type StickyFileParams, stickyFile, ZodStickyFile } from "./zod/sticky-file.js"
