import { fieldAt, placeOf } from "./field-at.js"
import { takeFiles } from "./take-files.js"

/** Whether what is dragged comes from outside of any page: a picture out of one is text as well. */
const isOfFiles = ({ types }: DataTransfer) => types.includes("Files") && !types.includes("text/html")

/** What is prevented only for the browser's sake, so that it lies open to another tree. */
const missed = new WeakSet<Event>()

/**
 * Lets files be dropped on the inputs of a tree, now and later: on a field, or on its form where that has one alone. An input
 * has `data-drop="over"` while it would get what is dragged. A file that misses does not make the browser leave the page.
 * Returns what undoes it.
 */
export function takeDrops(root: Node = document): () => void {
  let over: HTMLInputElement | undefined

  function mark(input?: HTMLInputElement) {
    if (over !== input) delete over?.dataset.drop
    over = input
    if (over) over.dataset.drop = "over"
  }
  function onDrag(event: DragEvent) {
    const { dataTransfer } = event
    // What somebody else has prevented is theirs.
    const isTaken = event.defaultPrevented && !missed.has(event)
    if (!dataTransfer || !isOfFiles(dataTransfer) || isTaken) return mark()
    const place = placeOf(event, root)
    // A file input of somebody else takes files by itself.
    if (place?.matches("input[type=file]:enabled") && !(place as HTMLInputElement).stickyUploader) return mark()
    event.preventDefault()
    mark(place && fieldAt(place))
    missed[over ? "delete" : "add"](event)
    dataTransfer.dropEffect = over ? "copy" : "none"
  }
  function onLeave({ relatedTarget }: DragEvent) {
    if (!relatedTarget) mark()
  }
  function onDrop(event: DragEvent) {
    onDrag(event)
    const input = over
    mark()
    if (input && event.dataTransfer) takeFiles(input, event.dataTransfer)
  }

  const listeners = { dragenter: onDrag, dragover: onDrag, dragleave: onLeave, drop: onDrop }
  // Of the window, as a file may miss the tree. These are asked last, after a page's own.
  for (const [type, listener] of Object.entries(listeners)) addEventListener(type, listener as EventListener)
  return () => {
    mark()
    for (const [type, listener] of Object.entries(listeners)) removeEventListener(type, listener as EventListener)
  }
}
