import { readFileSync } from "node:fs"

/** What a page loads to upload the file of one field. Styles, React and @trpc/client are the page's own. */
export interface Client {
  name: string
  /** What the page imports, or the name of what it loads as it stands. */
  source: { code: string } | { script: string }
}

export const clientCode = `export { createStickyClient } from "sticky-uploads/client"`

export const ours: readonly Client[] = [
  { name: "sticky-uploads/client", source: { code: clientCode } },
  {
    name: "sticky-uploads/client with checkLimits and showFiles",
    source: { code: `${clientCode}; export { checkLimits, showFiles } from "sticky-uploads/view"` },
  },
  {
    name: "@sticky-uploads/react: useStickyUpload, with the client",
    source: { code: `${clientCode}; export { useStickyUpload } from "@sticky-uploads/react"` },
  },
  { name: "sticky-uploads.js, ready-made", source: { script: "sticky-uploads/sticky-uploads.js" } },
  { name: "sticky-uploads.full.js, ready-made", source: { script: "sticky-uploads/sticky-uploads.full.js" } },
]

const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
)

/** A peer, with the version of its package that is installed. */
const peer = (name: string, code: string, note = ""): Client => ({
  name: `${name} ${devDependencies[name]}${note}`,
  source: { code },
})

export const peers: readonly Client[] = [
  peer("pushduck", `export { createUploadClient } from "pushduck/client"`),
  peer("@better-upload/client", `export { useUploadFile } from "@better-upload/client"`),
  peer("@rails/activestorage", `import { start } from "@rails/activestorage"; start()`),
  peer("uploadthing", `export { genUploader } from "uploadthing/client"`),
  peer("@uploadthing/react", `export { generateReactHelpers } from "@uploadthing/react"`, ", its hook"),
  peer("@uploadthing/react", `export { generateUploadButton } from "@uploadthing/react"`, ", its button"),
  peer("react-dropzone", `export { useDropzone } from "react-dropzone"`, ", which uploads nothing"),
  peer("tus-js-client", `export { Upload } from "tus-js-client"`),
  peer(
    "@uppy/core",
    `export { default as Uppy } from "@uppy/core"; export { default as XHRUpload } from "@uppy/xhr-upload"`,
    ` and @uppy/xhr-upload ${devDependencies["@uppy/xhr-upload"]}`,
  ),
  peer("filepond", `export { create, registerPlugin } from "filepond"`),
]
