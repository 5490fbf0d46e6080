import type { createStickyClient, StickyClient } from "../client.js"
import type { checkLimits, retries, showFiles } from "../view.js"

/** What the ready-made script leaves for a page's own scripts: the client that binds the page's inputs, and the doors. */
export interface StickyUploads {
  readonly client: StickyClient
  readonly createStickyClient: typeof createStickyClient
  readonly checkLimits: typeof checkLimits
  readonly retries: typeof retries
  readonly showFiles: typeof showFiles
}

declare global {
  var stickyUploads: StickyUploads | undefined
}
