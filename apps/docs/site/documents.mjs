import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"

const scripts = new URL("../../../packages/sticky-uploads/dist/", import.meta.url)
const paths = new WeakMap()

/** A document's address without `.html`; undefined for what is no document. */
export const slugOf = (reflection) =>
  paths
    .get(reflection)
    ?.replace(/^apps\/docs\//, "")
    .replace(/\/README$/, "/index")
    .toLowerCase()

export const documentAt = (project, path) => project.documents?.find((document) => paths.get(document) === path)

function integrity(_placeholder, name) {
  return `sha384-${createHash("sha384")
    .update(readFileSync(new URL(name, scripts)))
    .digest("base64")}`
}

/** Calls a document what its heading says, and fills in what only the build knows. */
export function prepareDocument(document) {
  // TypeDoc's own name for it: its path under the repository.
  const path = document.name
  paths.set(document, path)
  for (const part of document.content) part.text = part.text.replaceAll(/\{\{integrity of ([\w.-]+)\}\}/g, integrity)
  const [, title] = /^# (.+)$/m.exec(document.content.map(({ text }) => text).join("")) ?? []
  if (!title) throw new Error(`${path}.md has no heading of the first order`)
  document.name = title.replaceAll("`", "")
}
