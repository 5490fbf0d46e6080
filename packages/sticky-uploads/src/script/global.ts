import type { createStickyClient, StickyClient } from "../client.js"
import type { addPicks, checkLimits, drafts, retries, showFiles, showPreviews, takeDrops, takePastes } from "../view.js"

/** What `sticky-uploads.more.js` leaves for the ready-made script that comes after it. */
export interface StickyUploadsMore {
  readonly drafts: typeof drafts
  readonly showPreviews: typeof showPreviews
  readonly takeDrops: typeof takeDrops
  readonly takePastes: typeof takePastes
}

/**
 * What the ready-made script leaves for a page's own scripts: the client that binds the page's inputs, and the doors, with
 * those of `sticky-uploads.more.js` where that came before it.
 */
export interface StickyUploads extends Partial<StickyUploadsMore> {
  readonly client: StickyClient
  readonly createStickyClient: typeof createStickyClient
  readonly addPicks: typeof addPicks
  readonly checkLimits: typeof checkLimits
  readonly retries: typeof retries
  readonly showFiles: typeof showFiles
}

declare global {
  var stickyUploads: StickyUploads | undefined
  var stickyUploadsMore: StickyUploadsMore | undefined
}
