import type { StickyUploader } from "./hooks.js"
import { listOf } from "./list-of.js"
import { move, type Parts } from "./states.js"

/** Gives an input these files in this order, as if they had been picked so. */
function choose(uploader: StickyUploader, parts: Parts) {
  const { input } = uploader
  uploader.parts = parts
  input.files = listOf(parts.flatMap(({ file }) => file ?? []))
  input.dispatchEvent(new Event("change", { bubbles: true }))
}

/** Puts one file at another place, counted from 0; the form then sends them in this order, and `input.files` has it too. */
export function moveFile(uploader: StickyUploader, id: number, to: number): void {
  choose(uploader, move(uploader.parts, id, to))
}

/** Takes one file out: a picked one, or one that the page came with. */
export function removeFile(uploader: StickyUploader, id: number): void {
  choose(uploader, move(uploader.parts, id))
}
