import { type Refusal, refuse } from "../core/errors.js"
import { fileEnglish } from "../core/file-messages.js"
import { checkSize } from "../core/limits.js"
import type { StickyEventDetail, StickyUploader } from "./hooks.js"
import { boxesOf } from "./kept-boxes.js"
import type { Words } from "./messages.js"
import type { Part } from "./states.js"

/** Judges a file by the limits that `stickyField` wrote on its input, by the schema's rule. */
export function checkByInput({ accept, dataset }: HTMLInputElement, { name, size, type }: File): Refusal | undefined {
  const { maxBytes = "Infinity", minBytes = "0", acceptPattern = "" } = dataset
  const refusal = checkSize({ name, size }, { maxBytes: +maxBytes, minBytes: +minBytes })
  if (refusal || RegExp(acceptPattern, "i").test(`${type};${name}`)) return refusal
  return refuse("file_type_refused", { name, type, accept: accept.split(",") })
}

/** Judges one more file beside others by what the schema says of all of them together. */
export function checkTogether({ dataset }: HTMLInputElement, sizes: number[], file: File): Refusal | undefined {
  const { maxFiles = "Infinity", maxTotalBytes = "Infinity" } = dataset
  if (sizes.length >= +maxFiles) return refuse("too_many_files", { maxFiles: +maxFiles })
  const bytes = sizes.reduce((sum, size) => sum + size, file.size)
  return bytes > +maxTotalBytes ? refuse("files_too_large", { bytes, maxBytes: +maxTotalBytes }) : undefined
}

/**
 * Refuses files that an input does not take before a byte is sent: by the limits that `stickyField` wrote on it, in the
 * endpoint's own words. Of too many files, or of files that are too large together, the last ones are refused, until others
 * make room. Holds for every input of a tree, now and later; returns what undoes it.
 */
export function checkLimits(root: Node = document): () => void {
  const admitted = new WeakSet<File>()
  const beyond = new WeakSet<File>()

  /** The sizes of the files that a form sends beside one. */
  function besides({ input, parts }: StickyUploader, file: File, counts: (file: File) => boolean): number[] {
    const sizeOf = (part: Part) => {
      if (part.state === "refused" || part.file === file) return []
      if (part.file) return counts(part.file) ? part.file.size : []
      return part.state === "ready" ? (part.size ?? 0) : []
    }
    return [...parts.flatMap(sizeOf), ...boxesOf(input).map(({ dataset }) => Number(dataset.size))]
  }
  function onBefore(event: Event) {
    const { uploader, data: file } = (event as CustomEvent<StickyEventDetail<File>>).detail
    const { input } = uploader
    // Of files that are picked together each one is asked after those before it.
    const together = checkTogether(
      input,
      besides(uploader, file, (other) => admitted.has(other)),
      file,
    )
    const refusal = checkByInput(input, file) ?? together
    if (!refusal) return void admitted.add(file)
    if (refusal === together) beyond.add(file)
    // Sound: a Refusal pairs each code with its own details, which TypeScript cannot follow through the index.
    const say = { ...(fileEnglish as Words), ...uploader.messages }[refusal.code] as (details: object) => string
    uploader.refuse(file, say(refusal.details), refusal.code)
  }
  /** Uploads what was too much as soon as others have made room. */
  function onChange(event: Event) {
    const { uploader } = (event as CustomEvent<StickyEventDetail>).detail
    for (const { id, file, state } of uploader.parts) {
      if (!file || state !== "refused" || !beyond.has(file)) continue
      if (
        checkTogether(
          uploader.input,
          besides(uploader, file, () => true),
          file,
        )
      )
        continue
      beyond.delete(file)
      uploader.retry(id)
    }
  }
  root.addEventListener("sticky:before", onBefore)
  root.addEventListener("sticky:change", onChange)
  return () => {
    root.removeEventListener("sticky:before", onBefore)
    root.removeEventListener("sticky:change", onChange)
  }
}
