import { type Refusal, refuse } from "../core/errors.js"
import { fileEnglish } from "../core/file-messages.js"
import { checkSize } from "../core/limits.js"
import type { StickyEventDetail } from "./hooks.js"
import type { Words } from "./messages.js"

/** Judges a file by the limits that `stickyField` wrote on its input, by the schema's rule. */
export function checkByInput({ accept, dataset }: HTMLInputElement, { name, size, type }: File): Refusal | undefined {
  const { maxBytes = "Infinity", minBytes = "0", acceptPattern = "" } = dataset
  const refusal = checkSize({ name, size }, { maxBytes: +maxBytes, minBytes: +minBytes })
  if (refusal || RegExp(acceptPattern, "i").test(`${type};${name}`)) return refusal
  return refuse("file_type_refused", { name, type, accept: accept.split(",") })
}

/**
 * Refuses files that an input does not take before a byte is sent: by the limits that `stickyField` wrote on it, in the
 * endpoint's own words. Holds for every input of a tree, now and later; returns what undoes it.
 */
export function checkLimits(root: Node = document): () => void {
  function onBefore(event: Event) {
    const { uploader, data } = (event as CustomEvent<StickyEventDetail<File>>).detail
    const refusal = checkByInput(uploader.input, data)
    if (!refusal) return
    // Sound: a Refusal pairs each code with its own details, which TypeScript cannot follow through the index.
    const say = { ...(fileEnglish as Words), ...uploader.messages }[refusal.code] as (details: object) => string
    uploader.refuse(data, say(refusal.details), refusal.code)
  }
  root.addEventListener("sticky:before", onBefore)
  return () => root.removeEventListener("sticky:before", onBefore)
}
