import { drafts, showPreviews, takeDrops, takePastes } from "../view.js"
import type {} from "./global.js"

// Its words are those of the client that it is used with, so this one file goes with every language.
globalThis.stickyUploadsMore = { drafts, showPreviews, takeDrops, takePastes }
