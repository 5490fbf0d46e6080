import { guardForms } from "./form-guard.js"
import { tieHiddenFields } from "./hidden-fields.js"
import { type AttachOptions, announce, type StickyUploader } from "./hooks.js"
import type { ClientMessages } from "./messages.js"
import type { Runs } from "./runs.js"
import { choose, hear, hold, isRunning, type News, type Part, type Parts, type Progress, stateOf } from "./states.js"
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
  const fields = tieHiddenFields(input)
  const describe = tieStatusLine(input, messages)
  const uploads = new Map<File, AbortController>()
  let parts = fields.initial
  let serial = 0

  /** Moves the input on, and the wire with it: uploads that are no longer wanted end, others begin. */
  function show(next: Parts) {
    const wanted = uploader.state === "submitting" ? hold(next) : next
    for (const [file, upload] of uploads) {
      if (wanted.some((part) => isRunning(part) && part.file === file)) continue
      upload.abort()
      uploads.delete(file)
    }
    describe(wanted)
    uploader.parts = wanted
    // What a hook changed meanwhile has been shown, and so begun, by itself.
    for (const part of wanted) if (parts.includes(part) && isRunning(part) && !uploads.has(part.file)) upload(part.file)
  }

  /** News reach no file that is not chosen any more, and none that is not running. */
  function tell(news: News | Progress, about?: File) {
    show(hear(parts, news, (part) => isRunning(part) && part.file === (about ?? part.file)))
  }

  async function upload(file: File) {
    const controller = new AbortController()
    uploads.set(file, controller)
    try {
      if ((await announce(uploader, "before", file, file)) === false || controller.signal.aborted) return
      const outcome = await runs.join(url, file, controller.signal, (fraction, retrying) => {
        tell({ fraction, retrying }, file)
        announce(uploader, retrying ? "retry" : "progress", retrying ?? fraction, file)
      })
      if (controller.signal.aborted) return
      tell(
        outcome.is_valid
          ? { state: "ready", token: outcome.stored }
          : {
              state: "status" in outcome ? "failed" : "refused",
              message: outcome.errors.upload.join(" "),
              code: outcome.code,
            },
        file,
      )
      announce(uploader, "status" in outcome ? "failure" : "success", outcome, file)
    } finally {
      // What no upload came of, as `before` said no or threw, goes with the form.
      if (!controller.signal.aborted) tell({ state: "idle" }, file)
    }
  }

  function pick() {
    if (!uploader.enabled()) return
    // A picker that was emptied leaves what the page came with, as it does without a script.
    show(
      input.multiple || input.value
        ? choose(parts, input.files as FileList, () => ++serial, input.multiple)
        : uploader.initial,
    )
  }

  const uploader: StickyUploader = {
    input,
    options,
    messages,
    initial: fields.initial,
    get parts() {
      return parts
    },
    set parts(next) {
      parts = next
      fields.carry(next)
      announce(uploader, "change", next)
    },
    get state() {
      return stateOf(parts)
    },
    get processing() {
      return parts.some(isRunning)
    },
    enabled: () => "requestSubmit" in document.createElement("form"),
    show,
    abort: () => tell({ state: "idle" }),
    refuse: (file, message, code) => tell({ state: "refused", message, code }, file),
    clear() {
      input.value = ""
      show([])
    },
    reset() {
      input.value = ""
      show(uploader.initial)
    },
    retry(id) {
      const isWanted = (part: Part) => part.id === (id ?? part.id) && part.state !== "ready"
      show(hear(parts, { state: "uploading", fraction: 0 }, (part) => part.file && !isRunning(part) && isWanted(part)))
    },
    renew() {
      for (const part of parts) if (part.file) runs.forget(url, part.file)
      show(hear(parts, { state: "uploading", fraction: 0 }, (part) => part.file && !isRunning(part)))
    },
    async hold() {
      show(hold(parts))
      while (parts.some(isRunning))
        await new Promise((go) => input.addEventListener("sticky:change", go, { once: true }))
      return !/failed|refused/.test(uploader.state)
    },
    destroy() {
      input.stickyUploader = undefined
      // What the page wrote is there again for whoever comes next.
      if (parts !== fields.initial) show(fields.initial)
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
