import { isSame } from "./add-picks.js"
import { complain } from "./complain.js"
import type { StickyUploader } from "./hooks.js"
import { listOf } from "./list-of.js"
import type { TakeMessages } from "./messages.js"

const english: Pick<TakeMessages, "onlyOne" | "folder"> = {
  onlyOne: ({ count }) => `Only one file goes here, and these are ${count}.`,
  folder: ({ name }) => `A folder cannot be uploaded, only its files: ${name}`,
}

/**
 * Puts files into an input as if its person had picked them: beside those it has where it takes several, and else instead of
 * it. What does not go there is said at the input.
 */
export function takeFiles(input: HTMLInputElement, { items }: DataTransfer, named = (file: File) => file): void {
  const uploader = input.stickyUploader as StickyUploader
  const say = { ...english, ...uploader.messages }
  const complaints: string[] = []
  const files: File[] = []
  for (const item of items) {
    const entry = item.webkitGetAsEntry()
    const file = item.getAsFile()
    if (entry?.isDirectory) complaints.push(say.folder(entry))
    else if (file) files.push(named(file))
  }
  if (!input.multiple && files.length > 1) complaints.push(say.onlyOne({ count: files.splice(0).length }))
  if (files.length) {
    const known = input.multiple ? [...(input.files ?? [])] : []
    input.files = listOf([...known, ...files.filter((file) => !known.some((each) => isSame(each, file)))])
    for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }))
  }
  complain(uploader, complaints)
}
