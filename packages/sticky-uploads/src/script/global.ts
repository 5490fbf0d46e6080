import type { createStickyClient, StickyClient } from "../client.js"
import type { addPicks, checkLimits, drafts, retries, showFiles, showPreviews, takeDrops, takePastes } from "../view.js"

/** What only the full builds have, as most pages ask for none of it. */
export interface FullPieces {
  readonly drafts: typeof drafts
  readonly showPreviews: typeof showPreviews
  readonly takeDrops: typeof takeDrops
  readonly takePastes: typeof takePastes
}

/**
 * What the ready-made script leaves for a page's own scripts: the client that binds the page's inputs, and the doors, all of
 * them by `sticky-uploads.full.js`.
 */
export interface StickyUploads extends Partial<FullPieces> {
  readonly client: StickyClient
  readonly createStickyClient: typeof createStickyClient
  readonly addPicks: typeof addPicks
  readonly checkLimits: typeof checkLimits
  readonly retries: typeof retries
  readonly showFiles: typeof showFiles
}

declare global {
  var stickyUploads: StickyUploads | undefined
}
