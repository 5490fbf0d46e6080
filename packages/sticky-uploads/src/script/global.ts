import type { createStickyClient, StickyClient } from "../client.js"
import type { addPicks, checkLimits, drafts, retries, showFiles, showPreviews, takeDrops, takePastes } from "../view.js"

/** What the ready-made script leaves for a page's own scripts: the client that binds the page's inputs, and the doors. */
export interface StickyUploads {
  readonly client: StickyClient
  readonly createStickyClient: typeof createStickyClient
  readonly addPicks: typeof addPicks
  readonly checkLimits: typeof checkLimits
  readonly drafts: typeof drafts
  readonly retries: typeof retries
  readonly showFiles: typeof showFiles
  readonly showPreviews: typeof showPreviews
  readonly takeDrops: typeof takeDrops
  readonly takePastes: typeof takePastes
}

declare global {
  var stickyUploads: StickyUploads | undefined
}
