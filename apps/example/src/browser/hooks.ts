import type { AttachOptions, StickyEventDetail } from "sticky-uploads/client"

/** The hooks of an uploader: each tells the console that it was called. */
export const hooks: AttachOptions = {
  before(file) {
    console.log("before:", file.name, `${file.size} bytes`)
  },
  progress(fraction, _uploader, file) {
    console.log("progress:", file.name, `${Math.round(fraction * 100)}%`)
  },
  success(answer) {
    console.log("success:", answer)
  },
  failure(failure) {
    console.log("failure:", failure)
  },
  change(parts) {
    console.log("change:", this.input.name, this.state, parts)
  },
}

/** Tells the console of submits, too: the form asks for a mode there, so that only the event is left for it. */
export function logSubmits(form: HTMLFormElement): void {
  form.addEventListener("sticky:submit", (event) => {
    const { uploader } = (event as CustomEvent<StickyEventDetail>).detail
    console.log("submit:", uploader.input.name, uploader.state)
  })
}
