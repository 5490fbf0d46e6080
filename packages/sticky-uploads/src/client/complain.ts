import type { StickyErrorCode } from "../core/errors.js"
import type { StickyUploader } from "./hooks.js"
import type { Part } from "./states.js"

/** A word about what is no file of the choice. It stands until the next one, and keeps no form from being sent. */
export const complaint = (message: string, code?: StickyErrorCode): Part => ({ state: "failed", message, code })

/** Says something at an input, beside what it has. */
export function complain(uploader: StickyUploader, messages: readonly string[]): void {
  if (messages.length) uploader.show([...uploader.parts, ...messages.map((message) => complaint(message))])
}
