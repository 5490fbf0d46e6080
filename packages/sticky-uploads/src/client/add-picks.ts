import { listOf } from "./list-of.js"

/** Whether two are one file, picked twice. */
export const isSame = (one: File, other: File) =>
  one.name === other.name && one.size === other.size && one.lastModified === other.lastModified

/**
 * Lets a second pick add to the first, for every input of a tree that takes several files, now and later, where a browser
 * alone would put it in the place of the first. Returns what undoes it.
 */
export function addPicks(root: Node = document): () => void {
  function onChange({ target }: Event) {
    const { stickyUploader, multiple, files } = target as HTMLInputElement
    if (!stickyUploader || !multiple || !files?.length) return
    const known = stickyUploader.parts.flatMap(({ file }) => file ?? [])
    const picked = [...files]
    // What a script chose from what is there is the choice: a picker makes each file anew.
    if (picked.some((file) => known.includes(file))) return
    const added = picked.filter((file) => !known.some((each) => isSame(each, file)))
    stickyUploader.input.files = listOf([...known, ...added])
  }
  // Before the uploader looks.
  root.addEventListener("change", onChange, true)
  return () => root.removeEventListener("change", onChange, true)
}
