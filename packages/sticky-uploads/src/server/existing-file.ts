import { stickyError } from "../core/messages.js"
import type { StickyFile, Stored } from "../core/sticky-file.js"

/** A file that the app has stored and the form kept. It is the app's: nothing here opens, copies or removes it. */
export function existingFile(existing: Stored): StickyFile {
  const { name, size, type, sha256 } = existing
  const unopened = (): never => {
    throw stickyError("content_stored", { name })
  }
  return {
    name,
    size,
    type,
    id: undefined,
    sha256,
    existing,
    stream: unopened,
    arrayBuffer: async () => unopened(),
    text: async () => unopened(),
    promote: async () => existing,
    discard: async () => undefined,
  }
}
