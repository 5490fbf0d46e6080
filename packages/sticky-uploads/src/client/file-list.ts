import { formatBytes } from "../core/bytes.js"
import type { StickyEventDetail, StickyUploader } from "./hooks.js"
import type { FileListMessages, Words } from "./messages.js"
import { isRunning, type Part, type Picked } from "./states.js"

const english: FileListMessages = {
  files: () => "Picked files",
  uploaded: () => "Uploaded",
  picked: () => "Is sent with the form",
  remove: () => "Remove",
  retry: () => "Try again",
  size: ({ bytes }) => formatBytes(bytes),
}

function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string, text = ""): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  element.className = `sticky-${name}`
  element.textContent = text
  return element
}

/** Takes one file out of the choice, as if its person had picked the others alone. */
function remove({ input, parts }: StickyUploader, id: number) {
  const rest = new DataTransfer()
  for (const part of parts) if (part.file && part.id !== id) rest.items.add(part.file)
  input.files = rest.files
  input.dispatchEvent(new Event("change", { bubbles: true }))
}

/** A line of the list, made once a file and brought up to date by what is returned. */
function makeLine(uploader: StickyUploader, { id, file }: Picked, say: FileListMessages) {
  const { input } = uploader
  const line = make("li", "file")
  const name = make("bdi", "name", file.name)
  name.id = `${input.id}-file-${id}`
  const progress = make("progress", "progress")
  // A live region of its own, there before it speaks.
  const note = make("output", "note")
  // Silent, as the status line says it too; but that one speaks of what still runs first.
  const message = make("span", "message")

  function button(label: string, act: () => void) {
    const made = make("button", label, say[label as "remove" | "retry"]())
    made.type = "button"
    made.id = `${name.id}-${label}`
    made.setAttribute("aria-labelledby", `${made.id} ${name.id}`)
    made.onclick = act
    return made
  }
  const retry = button("retry", () => {
    input.focus()
    uploader.retry()
  })
  const away = button("remove", () => {
    // Whoever works by keyboard stays where the file was.
    const next = line.nextElementSibling ?? line.previousElementSibling
    ;(next?.querySelector<HTMLElement>(".sticky-remove") ?? input).focus()
    remove(uploader, id)
  })
  progress.setAttribute("aria-labelledby", name.id)
  line.append(name, make("span", "size", say.size({ bytes: file.size })), progress, note, message, retry, away)

  return (part: Part) => {
    line.dataset.state = part.state
    progress.hidden = !isRunning(part)
    if (isRunning(part)) progress.value = part.fraction
    const said = part.state === "ready" ? say.uploaded() : part.state === "idle" ? say.picked() : ""
    if (note.textContent !== said) note.textContent = said
    message.textContent = "message" in part ? part.message : (isRunning(part) && part.retrying?.message) || ""
    retry.hidden = part.state !== "failed"
    return line
  }
}

/** The list of one input's files, in the page while there are any. */
function makeList(uploader: StickyUploader, words: Words | undefined) {
  const say = { ...english, ...uploader.messages, ...words }
  const lines = new Map<number, ReturnType<typeof makeLine>>()
  const list = make("ul", "files")
  list.setAttribute("aria-label", say.files())

  function update() {
    const { input, parts } = uploader
    const picked = parts.filter((part): part is Part & Picked => !!part.file)
    const wanted = picked.map((part) => {
      const line = lines.get(part.id) ?? makeLine(uploader, part, say)
      lines.set(part.id, line)
      return line(part)
    })
    for (const line of [...list.children]) if (!wanted.includes(line as HTMLLIElement)) line.remove()
    // In their order; what is in its place already is not touched, so that it keeps its focus.
    for (const [at, line] of wanted.entries()) {
      const there = list.children[at]
      if (there !== line) list.insertBefore(line, there ?? null)
    }
    if (!wanted.length) list.remove()
    else if (!list.isConnected) (document.getElementById(`${input.id}-status`) ?? input).after(list)
  }
  return { list, update }
}

/**
 * Shows the files picked in every input of a tree, now and later, below its status line: name, size, progress, what came
 * of it, a button to take the file out and, where its upload failed, one to try again. Returns what undoes it.
 */
export function showFiles(root: ParentNode & Node = document, { messages }: { messages?: Words } = {}): () => void {
  const lists = new Map<StickyUploader, ReturnType<typeof makeList>>()

  function show(uploader: StickyUploader) {
    const list = lists.get(uploader) ?? makeList(uploader, messages)
    if (uploader.parts.length) lists.set(uploader, list)
    else lists.delete(uploader)
    list.update()
  }
  const onChange = (event: Event) => show((event as CustomEvent<StickyEventDetail>).detail.uploader)

  root.addEventListener("sticky:change", onChange)
  for (const { stickyUploader } of root.querySelectorAll<HTMLInputElement>("input[type=file]"))
    if (stickyUploader) show(stickyUploader)
  return () => {
    root.removeEventListener("sticky:change", onChange)
    for (const { list } of lists.values()) list.remove()
  }
}
