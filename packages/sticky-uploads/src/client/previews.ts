import { formatBytes } from "../core/bytes.js"
import type { StickyEventDetail, StickyUploader } from "./hooks.js"
import type { FileListMessages, PreviewMessages, ShowOptions, Words } from "./messages.js"
import type { Part, Parts } from "./states.js"

const english: PreviewMessages & Pick<FileListMessages, "files" | "size"> = {
  preview: ({ name }) => `Preview of ${name}`,
  files: () => "Picked files",
  size: ({ bytes }) => formatBytes(bytes),
}

/** Pictures that are nothing but pixels, which browsers decode apart from the page; an SVG is a document. */
const shown = /^image\/(png|jpeg|gif|webp|avif)$/

/** One file: a picture where it is one, and a line for it where the list of files has none. */
interface Preview {
  readonly line: HTMLLIElement
  picture: HTMLImageElement | undefined
  /** Lets go of the file. */
  end(): void
}

function makePreview({ file, name = file?.name ?? "", size = file?.size ?? 0 }: Part, say: typeof english): Preview {
  const line = document.createElement("li")
  const title = document.createElement("bdi")
  title.textContent = name
  line.append(title, ` ${say.size({ bytes: size })}`)
  if (!file || !shown.test(file.type)) return { line, picture: undefined, end: () => line.remove() }
  const picture = document.createElement("img")
  picture.className = "sticky-preview"
  picture.alt = say.preview({ name })
  picture.decoding = "async"
  // It is the line that is dragged, to another place of the list.
  picture.draggable = false
  const url = URL.createObjectURL(file)
  picture.src = url
  function forget() {
    if (preview.picture) URL.revokeObjectURL(url)
    preview.picture = undefined
    picture.remove()
  }
  const preview: Preview = {
    line,
    picture,
    end() {
      line.remove()
      forget()
    },
  }
  // No picture, whatever it is called, or none that the page's policy lets be shown.
  picture.onerror = forget
  return preview
}

/** The previews of one input. */
function createPreviews(uploader: StickyUploader, words: Words | undefined) {
  const { input } = uploader
  const say = { ...english, ...uploader.messages, ...words }
  const previews = new Map<number, Preview>()
  const list = document.createElement("ul")
  list.className = "sticky-previews"
  list.setAttribute("aria-label", say.files())

  /** Puts a picture where `showFiles` shows its file; what has no place there gets a line of our own. */
  function place(id: number, { line, picture }: Preview): HTMLLIElement | [] {
    const there = document.getElementById(`${input.id}-file-${id}`)?.closest(".sticky-file")
    if (picture && picture.parentNode !== (there ?? line)) (there ?? line).prepend(picture)
    return there ? [] : line
  }

  function update(parts: Parts) {
    const wanted = parts.filter(({ state, file, name }) => state !== "refused" && (file || name))
    for (const [id, preview] of previews) {
      if (wanted.some((part) => part.id === id)) continue
      previews.delete(id)
      preview.end()
    }
    const lines = wanted.flatMap((part) => {
      const { id = 0 } = part
      const preview = previews.get(id) ?? makePreview(part, say)
      previews.set(id, preview)
      return place(id, preview)
    })
    if (lines.length !== list.children.length || lines.some((line, at) => line !== list.children[at]))
      list.replaceChildren(...lines)
    if (!lines.length) list.remove()
    else if (!list.isConnected) (document.getElementById(`${input.id}-status`) ?? input).after(list)
  }
  return { update, isEmpty: () => !previews.size }
}

/**
 * Shows the pictures among the files of every input of a tree, now and later, each in its line of `showFiles` or else in a
 * list of its own, with the names and sizes of all. They are made in the browser, and of PNG, JPEG, GIF, WebP and AVIF alone.
 * Returns what undoes it.
 */
export function showPreviews(root: ParentNode & Node = document, { messages }: ShowOptions = {}): () => void {
  const all = new Map<StickyUploader, ReturnType<typeof createPreviews>>()

  function show(uploader: StickyUploader) {
    const previews = all.get(uploader) ?? createPreviews(uploader, messages)
    previews.update(uploader.parts)
    if (previews.isEmpty()) all.delete(uploader)
    else all.set(uploader, previews)
  }
  function onChange(event: Event) {
    const { uploader } = (event as CustomEvent<StickyEventDetail>).detail
    // Once every listener has had its turn: the lines of the list of files may come after this.
    queueMicrotask(() => show(uploader))
  }

  root.addEventListener("sticky:change", onChange)
  for (const { stickyUploader } of root.querySelectorAll<HTMLInputElement>("input[type=file]"))
    if (stickyUploader) show(stickyUploader)
  return () => {
    root.removeEventListener("sticky:change", onChange)
    for (const previews of all.values()) previews.update([])
  }
}
