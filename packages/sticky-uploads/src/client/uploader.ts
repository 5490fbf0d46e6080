import { guardForms } from "./form-guard.js"
import { tieHiddenFields } from "./hidden-fields.js"
import { type AttachOptions, announce, type StickyUploader } from "./hooks.js"
import { listOf } from "./list-of.js"
import type { ClientMessages } from "./messages.js"
import type { Runs } from "./runs.js"
import {
  choose,
  hear,
  hold,
  isRunning,
  move,
  type News,
  type Part,
  type Parts,
  type Picked,
  stateOf,
} from "./states.js"
import { tieStatusLine } from "./status-line.js"

let inputs = 0

/** Makes an input upload what is picked in it. An uploader it has already is destroyed. */
export function createUploader(
  input: HTMLInputElement,
  url: string,
  options: AttachOptions,
  runs: Runs,
  messages: ClientMessages,
): StickyUploader {
  input.stickyUploader?.destroy()
  input.id ||= `sticky-${++inputs}`
  // A shadow root keeps its submits to itself; an input outside of any page may get into one later.
  guardForms(document)
  guardForms(input.getRootNode())
  const { initial, carry } = tieHiddenFields(input)
  const describe = tieStatusLine(input, messages)
  const { multiple } = input
  const uploads = new Map<number, AbortController>()
  let serial = 0

  function set(parts: Parts) {
    uploader.parts = parts
    carry(parts)
    announce(uploader, "change", parts)
  }
  /** Moves the input on; uploads that are no longer wanted end on the wire. */
  function show(parts: Parts) {
    for (const [id, upload] of uploads) {
      if (parts.some((part) => part.id === id && isRunning(part))) continue
      upload.abort()
      uploads.delete(id)
    }
    describe(parts)
    set(parts)
  }
  const tell = (news: News, about?: number) => show(hear(uploader.parts, news, about))

  async function upload({ id, file }: Picked) {
    const controller = new AbortController()
    const { signal } = controller
    uploads.set(id, controller)
    try {
      if ((await announce(uploader, "before", file, file)) === false || signal.aborted) return
      const outcome = await runs.join(url, file, signal, (fraction, retrying) => {
        tell({ state: "uploading", fraction, retrying }, id)
        announce(uploader, retrying ? "retry" : "progress", retrying ?? fraction, file)
      })
      if (signal.aborted) return
      const failed = "status" in outcome
      tell(
        outcome.is_valid
          ? { state: "ready", token: outcome.stored }
          : { state: failed ? "failed" : "refused", message: outcome.errors.upload.join(" "), code: outcome.code },
        id,
      )
      announce(uploader, failed ? "failure" : "success", outcome, file)
    } finally {
      // What no upload came of, as `before` said no or threw, goes with the form.
      if (!signal.aborted) tell({ state: "idle" }, id)
    }
  }

  function pick() {
    if (!uploader.enabled()) return
    // A picker that was emptied leaves what the page came with, as it does without a script.
    start(
      multiple || input.value
        ? choose(uploader.parts, input.files as FileList, () => ++serial, multiple)
        : uploader.initial,
    )
  }

  function start(parts: Parts) {
    show(parts)
    for (const part of uploader.parts) if (isRunning(part) && !uploads.has(part.id)) upload(part)
  }

  /** Begins anew what is over and wanted. */
  function again(isWanted: (part: Part) => boolean, id?: number) {
    const isMeant = (part: Part) => part.file && !isRunning(part) && isWanted(part)
    start(hear(uploader.parts, { state: "uploading", fraction: 0 }, id, isMeant))
  }

  function empty(parts: Parts) {
    input.value = ""
    show(parts)
  }

  /** Puts one part elsewhere, or nowhere, and gives the input the files in this order, as if they had been picked so. */
  function put(id: number, to?: number) {
    uploader.parts = move(uploader.parts, id, to)
    input.files = listOf(uploader.parts.flatMap(({ file }) => file ?? []))
    input.dispatchEvent(new Event("change", { bubbles: true }))
  }

  const uploader: Writable<StickyUploader> = {
    input,
    options,
    messages,
    initial,
    parts: initial,
    get state() {
      return stateOf(uploader.parts)
    },
    get processing() {
      return uploader.parts.some(isRunning)
    },
    enabled: () => "requestSubmit" in HTMLFormElement.prototype,
    show,
    abort: () => tell({ state: "idle" }),
    refuse(file, message, code) {
      tell({ state: "refused", message, code }, uploader.parts.find((part) => part.file === file)?.id ?? 0)
    },
    clear: () => empty([]),
    move: put,
    remove: (id) => put(id),
    retry: (id) => again((part) => part.state !== "ready", id),
    renew() {
      for (const { file } of uploader.parts) if (file) runs.forget(url, file)
      again(() => true)
    },
    keep(files) {
      const kept = files.map((file) => ({ ...file, id: ++serial, state: "ready" }) as Part)
      const { initial, parts } = uploader
      uploader.initial = multiple ? [...kept, ...initial] : kept
      set(multiple ? [...kept, ...parts] : input.value ? parts : kept)
    },
    reset: () => empty(uploader.initial),
    async hold() {
      show(hold(uploader.parts))
      while (uploader.processing) await new Promise((go) => input.addEventListener("sticky:change", go, { once: true }))
      return !/failed|refused/.test(uploader.state)
    },
    destroy() {
      delete input.stickyUploader
      // What the page wrote for one file stays as long as nothing took its place; for several all fields are ours.
      if (serial || multiple) show([])
      input.removeEventListener("change", pick)
    },
  }
  input.stickyUploader = uploader
  input.addEventListener("change", pick)
  announce(uploader, "attach")
  // Picked before the script came, or kept by the browser over a reload.
  if (input.value) pick()
  return uploader
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }
