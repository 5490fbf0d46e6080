import { guardForms } from "./form-guard.js"
import { tieHiddenFields } from "./hidden-fields.js"
import { type AttachOptions, announce, type StickyUploader } from "./hooks.js"
import type { ClientMessages } from "./messages.js"
import type { Runs } from "./runs.js"
import { choose, hear, hold, isRunning, type News, type Parts, type Picked, stateOf } from "./states.js"
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
  const uploads = new Map<number, AbortController>()
  let serial = 0

  /** Moves the input on; uploads that are no longer wanted end on the wire. */
  function show(parts: Parts) {
    for (const [id, upload] of uploads) {
      if (parts.some((part) => part.id === id && isRunning(part))) continue
      upload.abort()
      uploads.delete(id)
    }
    uploader.parts = parts
    carry(parts)
    describe(parts)
    announce(uploader, "change", parts)
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
    show(input.value ? choose(uploader.parts, input.files as FileList, () => ++serial) : initial)
    for (const part of uploader.parts) if (isRunning(part) && !uploads.has(part.id)) upload(part)
  }

  const uploader: Writable<StickyUploader> = {
    input,
    options,
    messages,
    parts: initial,
    get state() {
      return stateOf(uploader.parts)
    },
    get processing() {
      return uploader.parts.some(isRunning)
    },
    enabled: () => "requestSubmit" in HTMLFormElement.prototype,
    abort: () => tell({ state: "idle" }),
    refuse(file, message, code) {
      tell({ state: "refused", message, code }, uploader.parts.find((part) => part.file === file)?.id ?? 0)
    },
    clear() {
      input.value = ""
      show([])
    },
    retry() {
      show(uploader.parts.filter((part) => isRunning(part) || part.state === "ready"))
      pick()
    },
    renew() {
      if (!input.value) return
      for (const { file } of uploader.parts) if (file) runs.forget(url, file)
      show([])
      pick()
    },
    reset() {
      input.value = ""
      pick()
    },
    async hold() {
      show(hold(uploader.parts))
      while (uploader.processing) await new Promise((go) => input.addEventListener("sticky:change", go, { once: true }))
      return !/failed|refused/.test(uploader.state)
    },
    destroy() {
      if (serial) show([])
      input.removeEventListener("change", pick)
      delete input.stickyUploader
    },
  }
  input.stickyUploader = uploader
  input.addEventListener("change", pick)
  // Picked before the script came, or kept by the browser over a reload.
  if (input.value) pick()
  return uploader
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }
