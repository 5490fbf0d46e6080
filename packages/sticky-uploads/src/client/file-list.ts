import { formatBytes } from "../core/bytes.js"
import { dragLines } from "./drag-lines.js"
import { make } from "./element.js"
import { listed, makeLine } from "./file-line.js"
import type { StickyEventDetail, StickyUploader } from "./hooks.js"
import { type TakenBoxes, takeBoxes } from "./kept-boxes.js"
import type { FileListMessages, ShowOptions, Words } from "./messages.js"
import { moveFile } from "./move-file.js"
import { sendInOrder } from "./send-in-order.js"
import type { Parts } from "./states.js"

const english: FileListMessages = {
  files: () => "Picked files",
  uploaded: () => "Uploaded",
  picked: () => "Is sent with the form",
  remove: () => "Remove",
  retry: () => "Try again",
  size: ({ bytes }) => formatBytes(bytes),
  moveUp: () => "Move up",
  moveDown: () => "Move down",
  moved: ({ name, position, count }) => `${name} is now ${position} of ${count}.`,
}

/** The list of one input's files, in the page while there are any. */
function makeList(uploader: StickyUploader, words: Words | undefined) {
  const { input } = uploader
  const say = { ...english, ...uploader.messages, ...words }
  const lines = new Map<number, ReturnType<typeof makeLine>>()
  const list = make("ul", "files")
  list.setAttribute("aria-label", say.files())
  // A live region, there before it speaks.
  const moved = make("output", "moved")
  let boxes: TakenBoxes | undefined
  let shown: Parts = []

  function move(from: number, to: number) {
    const all = uploader.parts.flatMap(listed)
    const part = all[from]
    if (!part || !all[to]) return
    moveFile(uploader, part.id, to)
    moved.textContent = say.moved({ name: part.name, position: to + 1, count: all.length })
  }
  function step(id: number, by: number) {
    const at = uploader.parts.findIndex((part) => part.id === id)
    move(at, at + by)
  }
  dragLines(list, move)

  function remove() {
    list.remove()
    moved.remove()
  }

  return {
    /** Takes in what stands around the input. */
    begin() {
      if (input.multiple) boxes = takeBoxes(uploader)
    },
    /** Whether it need not be remembered: the next one will be the same. */
    isBlank: () => !boxes && !uploader.parts.length,
    update() {
      shown = uploader.parts
      const files = shown.flatMap(listed)
      const wanted = files.map((part, at) => {
        const line = lines.get(part.id) ?? makeLine(uploader, part, say, step)
        lines.set(part.id, line)
        return line(part, at, input.multiple ? files.length : 0)
      })
      // Of other places than it said.
      if (wanted.length !== list.children.length) moved.textContent = ""
      for (const line of [...list.children]) if (!wanted.includes(line as HTMLLIElement)) line.remove()
      // In their order; what is in its place already is not touched, so that it keeps its focus.
      for (const [at, line] of wanted.entries()) {
        const there = list.children[at]
        if (there !== line) list.insertBefore(line, there ?? null)
      }
      if (!wanted.length) remove()
      else if (!list.isConnected) {
        ;(document.getElementById(`${input.id}-status`) ?? input).after(list)
        if (input.multiple) list.after(moved)
      }
    },
    end() {
      boxes?.giveBack(shown)
      remove()
    },
  }
}

/**
 * Shows the files of every input in a tree, now and later, below its status line: name, size, progress, what came of it, a
 * button to take the file out and, where its upload failed, one to try again. Where an input takes several, they can be put
 * in order, and those that the page came with are shown among them instead of as boxes. Returns what undoes it.
 */
export function showFiles(root: ParentNode & Node = document, { messages }: ShowOptions = {}): () => void {
  const lists = new Map<StickyUploader, ReturnType<typeof makeList>>()

  function show(uploader: StickyUploader) {
    const known = lists.get(uploader)
    // One that has let go of its input.
    if (uploader.input.stickyUploader !== uploader) {
      lists.delete(uploader)
      return known?.end()
    }
    const list = known ?? makeList(uploader, messages)
    lists.set(uploader, list)
    // What it takes in is told as a change.
    if (!known) list.begin()
    list.update()
    if (list.isBlank()) lists.delete(uploader)
  }
  const onEvent = (event: Event) => show((event as CustomEvent<StickyEventDetail>).detail.uploader)
  const forget = sendInOrder()

  for (const name of ["sticky:attach", "sticky:change"]) root.addEventListener(name, onEvent)
  for (const { stickyUploader } of root.querySelectorAll<HTMLInputElement>("input[type=file]"))
    if (stickyUploader) show(stickyUploader)
  return () => {
    for (const name of ["sticky:attach", "sticky:change"]) root.removeEventListener(name, onEvent)
    for (const list of lists.values()) list.end()
    forget()
  }
}
