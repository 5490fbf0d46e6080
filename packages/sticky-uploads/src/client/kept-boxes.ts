import { hiddenName } from "../core/protocol.js"
import type { StickyUploader } from "./hooks.js"
import { keepFiles } from "./keep-files.js"
import type { Part, Parts } from "./states.js"

/** The ticked boxes that `stickyField` wrote for the files that an input of several came with. */
export function boxesOf(input: HTMLInputElement): HTMLInputElement[] {
  const root = input.getRootNode() as ParentNode
  return [...root.querySelectorAll<HTMLInputElement>("input[type=checkbox]:checked")].filter(
    (box) => box.name === hiddenName(input.name) && box.dataset.of === input.id && box.form === input.form,
  )
}

/** Boxes whose files an uploader has taken in. */
export interface TakenBoxes {
  /** Gives them back to the page, ticked where their file is one of these parts, and to the uploader none of them. */
  giveBack(parts: Parts): void
}

/** Takes the files of an input's boxes, if it has any, into its uploader, so that they are shown once: in its list. */
export function takeBoxes(uploader: StickyUploader): TakenBoxes | undefined {
  const boxes = boxesOf(uploader.input)
  if (!boxes.length) return undefined
  const places = boxes.map((box) => {
    const label = box.closest("label") ?? box
    const mark = new Comment()
    label.replaceWith(mark)
    return { box, label, mark }
  })
  keepFiles(
    uploader,
    boxes.map(({ value, dataset: { name = "", size = "0", type } }) => ({ token: value, name, size: +size, type })),
  )
  const isOf = (box: HTMLInputElement) => (part: Part) => part.state === "ready" && part.token === box.value
  const isOther = (part: Part) => !boxes.some((box) => isOf(box)(part))

  return {
    giveBack(parts) {
      for (const { box, label, mark } of places.splice(0)) {
        box.checked = parts.some(isOf(box))
        mark.replaceWith(label)
      }
      uploader.initial = uploader.initial.filter(isOther)
      if (!uploader.parts.every(isOther)) uploader.show(uploader.parts.filter(isOther))
    },
  }
}
