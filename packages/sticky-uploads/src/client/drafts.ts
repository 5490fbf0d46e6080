import { createDraft, type Draft } from "./draft.js"
import type { StickyUploader } from "./hooks.js"
import type { TransportOptions } from "./transport.js"

/** Keeps what a client's inputs have uploaded while their page is left and opened again. */
export interface Drafts {
  /** Brings back what was kept of an input, and keeps what it gets from now on. */
  keep(uploader: StickyUploader, url: string, transport: TransportOptions): void
  /** Keeps a file's token no longer: a call has used it. */
  forget(file: File): void
}

/**
 * Makes a client keep tokens, never bytes, over a reload or a return: in the tab's `sessionStorage`, until they are
 * submitted, cleared, or no longer good. An input attached with `persist: false` and a form with `autocomplete="off"` are
 * left out.
 */
export function drafts(): Drafts {
  const ofUploaders = new WeakMap<StickyUploader, Draft>()
  const ofFiles = new WeakMap<File, Draft>()

  function onSubmit(event: Event) {
    const inputs = [...(event.target as HTMLFormElement).elements] as HTMLInputElement[]
    const sent = inputs.flatMap(({ stickyUploader }) => (stickyUploader && ofUploaders.get(stickyUploader)) ?? [])
    // After all listeners have spoken: a prevented submit is not sent, but belongs to a script, which may fail.
    setTimeout(() => {
      if (event.defaultPrevented) return
      for (const draft of sent) {
        draft.drop()
        // Who comes back from where a submit led finds the page as it was.
        addEventListener("pageshow", draft.renew, { once: true })
      }
    })
  }

  return {
    keep(uploader, url, transport) {
      const { input, options } = uploader
      if (options.persist === false || input.form?.autocomplete === "off") return
      const draft = createDraft(uploader, url, transport)
      ofUploaders.set(uploader, draft)
      input.addEventListener("sticky:change", () => {
        for (const { file } of uploader.parts) if (file) ofFiles.set(file, draft)
      })
      // A shadow root keeps its submits to itself. Adding the same listener again does nothing.
      document.addEventListener("submit", onSubmit, true)
      input.getRootNode().addEventListener("submit", onSubmit, true)
    },
    forget: (file) => ofFiles.get(file)?.drop(file),
  }
}
