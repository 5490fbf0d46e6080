import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import type { Inside } from "../inner-process.js"

/** What a page would import of each, whole: what uploads, without styles and without what the page has anyway. */
const clients: Record<string, string> = {
  "sticky-uploads/client": `export { createStickyClient } from "sticky-uploads/client"`,
  "sticky-uploads/client and /view": `export { createStickyClient } from "sticky-uploads/client"
    export { checkLimits, showFiles } from "sticky-uploads/view"`,
  "@rails/activestorage": `import { start } from "@rails/activestorage"; start()`,
  "react-dropzone": `export { useDropzone } from "react-dropzone"`,
  "tus-js-client": `export { Upload } from "tus-js-client"`,
  "@uppy/core and @uppy/xhr-upload": `export { default as Uppy } from "@uppy/core"
    export { default as XHRUpload } from "@uppy/xhr-upload"`,
  filepond: `export { create, registerPlugin } from "filepond"`,
}

async function bundled(code: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    platform: "browser",
    conditions: ["@sticky-uploads/source"],
    format: "esm",
    minify: true,
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    external: ["react"],
    write: false,
    logLevel: "error",
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
}

/** Bundles what browsers load, and weighs it. */
export const sizes: Inside = async () => {
  const weighed = Object.entries(clients).map(async ([subject, code]) => {
    const bytes = await bundled(code)
    return {
      scenario: "sizes",
      subject,
      minifiedBytes: bytes.length,
      gzippedBytes: gzipSync(bytes, { level: 9 }).length,
    }
  })
  const rows = await Promise.all(weighed)
  return rows.sort((a, b) => a.gzippedBytes - b.gzippedBytes)
}
