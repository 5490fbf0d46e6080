import type { Words } from "../client.js"
import { drafts, showPreviews, takeDrops, takePastes } from "../view.js"
import { runScript } from "./run.js"

/** Runs the script with all that `data-with` may ask for. */
export const runFullScript = (messages?: Words) => runScript(messages, { drafts, showPreviews, takeDrops, takePastes })
