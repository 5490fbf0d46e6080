import { bindInput } from "./binding.js"
import { checkByInput } from "./check.js"
import { guardForms } from "./form-guard.js"
import { type AttachOptions, announce, type StickyUploader } from "./hooks.js"
import type { ClientMessages } from "./messages.js"
import type { Runs } from "./runs.js"
import { choose, hear, type News, type Parts, type Picked, stateOf } from "./states.js"

/** Makes an input upload what is picked in it. An uploader it has already is destroyed. */
export function createUploader(
  input: HTMLInputElement,
  url: string,
  options: AttachOptions,
  runs: Runs,
  messages: ClientMessages,
): StickyUploader {
  input.stickyUploader?.destroy()
  // A shadow root keeps its submits to itself; an input outside of any page may get into one later.
  guardForms(document)
  guardForms(input.getRootNode())
  const { initial, render } = bindInput(input, messages)
  let controller = new AbortController()
  let serial = 0

  function show(parts: Parts) {
    uploader.parts = parts
    render(parts)
  }
  const tell = (news: News, about?: number) => show(hear(uploader.parts, news, about))

  async function upload({ id, file }: Picked, signal: AbortSignal) {
    if ((await announce(uploader, "before", file)) === false || signal.aborted) return
    const outcome =
      checkByInput(input, file, messages) ??
      (await runs.join(url, file, signal, (fraction) => {
        tell({ state: "uploading", fraction }, id)
        announce(uploader, "progress", fraction, file)
      }))
    if (signal.aborted) return
    const failed = "status" in outcome
    tell(
      outcome.is_valid
        ? { state: "ready", token: outcome.stored }
        : { state: failed ? "failed" : "refused", message: outcome.errors.upload.join(" ") },
      id,
    )
    announce(uploader, failed ? "failure" : "success", outcome, file)
  }

  function pick() {
    if (!uploader.enabled()) return
    controller.abort()
    controller = new AbortController()
    const { signal } = controller
    const picked = [...(input.files as FileList)].map((file) => ({ id: ++serial, file }))
    show(choose(picked))
    uploader.settled = Promise.all(
      picked.map((each) =>
        upload(each, signal)
          .catch(reportError)
          // What no upload came of, as `before` said no or threw, goes with the form.
          .finally(() => tell({ state: "idle" }, each.id)),
      ),
    )
  }

  const uploader: Writable<StickyUploader> = {
    input,
    options,
    parts: initial,
    get state() {
      return stateOf(uploader.parts)
    },
    get processing() {
      return uploader.state === "uploading"
    },
    enabled: () => "requestSubmit" in HTMLFormElement.prototype,
    abort() {
      controller.abort()
      tell({ state: "idle" })
    },
    clear() {
      input.value = ""
      pick()
    },
    retry: pick,
    destroy() {
      controller.abort()
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
