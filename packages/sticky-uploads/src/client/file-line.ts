import { make } from "./element.js"
import type { StickyUploader } from "./hooks.js"
import type { FileListMessages } from "./messages.js"
import { removeFile } from "./move-file.js"
import { isRunning, type Part } from "./states.js"

/** A part that is a file with a name, and can be told from the others. */
type Listed = Part & { readonly id: number; readonly name: string; readonly size: number }

/** What a list says of a part, if it is a file: a word of another piece is none. */
export function listed(part: Part): Listed | [] {
  const { id, file, name = file?.name, size = file?.size ?? 0 } = part
  return id === undefined || name === undefined ? [] : { ...part, id, name, size }
}

/** What a line is brought up to date by: its part, and where that stands among how many. */
type Update = (part: Part, at: number, count: number) => HTMLLIElement

/** A line of the list, made once a file and brought up to date by what is returned. */
export function makeLine(
  uploader: StickyUploader,
  { id, name: text, size }: Listed,
  say: FileListMessages,
  move: (id: number, by: number) => void,
): Update {
  const { input } = uploader
  const line = make("li", "file")
  const name = make("bdi", "name", text)
  name.id = `${input.id}-file-${id}`
  const progress = make("progress", "progress")
  // A live region of its own, there before it speaks.
  const note = make("output", "note")
  // Silent, as the status line says it too; but that one speaks of what still runs first.
  const message = make("span", "message")

  function button(kind: string, label: string, act: (own: HTMLButtonElement) => void) {
    const made = make("button", kind, label)
    made.type = "button"
    made.id = `${name.id}-${kind}`
    made.setAttribute("aria-labelledby", `${made.id} ${name.id}`)
    // One that can do nothing now stays where it is, with the focus of who works by keyboard.
    made.onclick = () => made.getAttribute("aria-disabled") !== "true" && act(made)
    return made
  }
  function stepper(kind: string, label: string, by: number) {
    return button(kind, label, (own) => {
      move(id, by)
      own.focus()
    })
  }
  const up = stepper("up", say.moveUp(), -1)
  const down = stepper("down", say.moveDown(), 1)
  const retry = button("retry", say.retry(), () => {
    input.focus()
    uploader.retry(id)
  })
  const away = button("remove", say.remove(), () => {
    // Whoever works by keyboard stays where the file was.
    const next = line.nextElementSibling ?? line.previousElementSibling
    ;(next?.querySelector<HTMLElement>(".sticky-remove") ?? input).focus()
    removeFile(uploader, id)
  })
  progress.setAttribute("aria-labelledby", name.id)
  line.draggable = input.multiple
  line.append(name, make("span", "size", say.size({ bytes: size })), progress, note, message, up, down, retry, away)

  return (part, at, count) => {
    line.dataset.state = part.state
    progress.hidden = !isRunning(part)
    if (isRunning(part)) progress.value = part.fraction
    const said = part.state === "ready" ? say.uploaded() : part.state === "idle" ? say.picked() : ""
    if (note.textContent !== said) note.textContent = said
    message.textContent = "message" in part ? part.message : (isRunning(part) && part.retrying?.message) || ""
    retry.hidden = part.state !== "failed"
    up.hidden = down.hidden = count < 2
    up.setAttribute("aria-disabled", `${at === 0}`)
    down.setAttribute("aria-disabled", `${at === count - 1}`)
    return line
  }
}
