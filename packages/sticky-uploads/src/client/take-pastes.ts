import { fieldAt, onlyInput, placeOf } from "./field-at.js"
import type { TakeMessages } from "./messages.js"
import { takeFiles } from "./take-files.js"

const english: Pick<TakeMessages, "pasted"> = {
  pasted: ({ at }) => `pasted-${at}`,
}

/** Whether a paste belongs to what is written there. */
function isText(place: Element, { types }: DataTransfer): boolean {
  if ((place as HTMLElement).isContentEditable) return true
  // Cells of a spreadsheet come with a picture of themselves.
  return place.matches("input:not([type=file]), textarea") && types.includes("text/plain")
}

/** Gives a name to what a browser has none for: it calls every picture on the clipboard "image". */
function named(file: File, say: Pick<TakeMessages, "pasted">): File {
  const [, extension] = /^image(\.\w+)$/.exec(file.name) ?? []
  if (!extension) return file
  // As Swedes write a time: 2026-11-23 09:41:00.
  const at = new Date(file.lastModified).toLocaleString("sv").replace(/\D/g, "-")
  return new File([file], say.pasted({ at }) + extension, file)
}

/**
 * Lets files be pasted into the inputs of a tree, now and later: into the field that has the focus, into the only one of the
 * form that has it, or, where nothing has it, into the only one of all. Pasted text stays text. Returns what undoes it.
 */
export function takePastes(root: Node = document): () => void {
  function onPaste(event: ClipboardEvent) {
    const { clipboardData } = event
    const place = placeOf(event, root)
    if (!clipboardData?.files.length || event.defaultPrevented || !place || isText(place, clipboardData)) return
    const { activeElement, body } = document
    const input =
      fieldAt(place) ?? (activeElement === body ? onlyInput(root instanceof Element ? root : body) : undefined)
    if (!input) return
    event.preventDefault()
    const say = { ...english, ...input.stickyUploader?.messages }
    takeFiles(input, clipboardData, (file) => named(file, say))
  }
  addEventListener("paste", onPaste)
  return () => removeEventListener("paste", onPaste)
}
