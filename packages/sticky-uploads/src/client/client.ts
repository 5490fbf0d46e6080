import type { StickyToken } from "../core/token.js"
import type { AttachOptions, StickyUploader } from "./hooks.js"
import { type ClientMessages, clientEnglish, type Words } from "./messages.js"
import { createRuns, type RunOptions } from "./runs.js"
import type { StickyTarget } from "./targets.js"
import { createUploader } from "./uploader.js"

export interface StickyClientOptions extends RunOptions {
  /** Where the endpoint is mounted, such as `/sticky`. */
  url: string
  /** Replaces what people read, sentence by sentence, also in the list of files. @default English */
  messages?: Words
  /** What a submit does while an upload runs, where `attach` does not say. @default "abort" */
  submit?: AttachOptions["submit"]
}

export interface UploadOptions {
  /** Aborts on the wire, unless someone else waits for the same upload. */
  signal?: AbortSignal | undefined
  /** Told how far it is, from 0 to 1, in whole percents; from the beginning where it is sent again. */
  onProgress?: ((fraction: number) => void) | undefined
}

export interface StickyClient<TRouter = unknown> {
  /** What people read, with what the client was given for others. */
  readonly messages: ClientMessages & Words
  /** Uploads what a person picks in this input, and makes its form carry the token. */
  attach(input: HTMLInputElement, target: StickyTarget<TRouter>, options?: AttachOptions): StickyUploader
  /** Attaches every `input[type=file][data-upload-url]` of a tree, now and later; returns what undoes it. */
  bind(root?: ParentNode & Node, options?: AttachOptions): () => void
  /**
   * Uploads a file and resolves to its token. A file on its way to this target already is not sent twice.
   * @throws an Error named "StickyError" with `code`, `details` and, when there was no proper answer, `status`.
   */
  upload(file: File, target: StickyTarget<TRouter>, options?: UploadOptions): Promise<StickyToken>
  /** Forgets the token of a file: the next `upload` sends it anew. */
  forget(file: File, target: StickyTarget<TRouter>): void
}

/** Creates the browser's side for the router whose type is given. Touches nothing until an input is attached. */
export function createStickyClient<TRouter = unknown>(options: StickyClientOptions): StickyClient<TRouter> {
  const messages = { ...clientEnglish, ...options.messages }
  const runs = createRuns(options, messages)
  const urlOf = (target: string) => options.url.replace(/\/?$/, "/") + target.replace(/[^/]+/g, encodeURIComponent)

  const attachTo = (input: HTMLInputElement, url: string, given?: AttachOptions) => {
    const uploader = createUploader(input, url, { submit: options.submit ?? "abort", ...given }, runs, messages)
    options.persist?.keep(uploader, url, options)
    return uploader
  }

  return {
    messages,
    attach: (input, target, given) => attachTo(input, urlOf(target), given),
    bind(root = document, given) {
      const inputs = () => root.querySelectorAll<HTMLInputElement>("input[type=file][data-upload-url]")
      const look = () => {
        // Once each: one whose uploader was destroyed is a plain input again, whatever changes around it.
        for (const input of inputs())
          if (!("stickyUploader" in input)) attachTo(input, input.dataset.uploadUrl as string, given)
      }
      const observer = new MutationObserver(look)
      look()
      observer.observe(root, { childList: true, subtree: true })
      return () => {
        observer.disconnect()
        for (const input of inputs()) {
          input.stickyUploader?.destroy()
          delete input.stickyUploader
        }
      }
    },
    async upload(file, target, given) {
      given?.signal?.throwIfAborted()
      const outcome = await runs.join(urlOf(target), file, given?.signal, (fraction) => given?.onProgress?.(fraction))
      given?.signal?.throwIfAborted()
      if (outcome.is_valid) return outcome.stored
      throw Object.assign(Error(outcome.errors.upload.join(" ")), outcome, { name: "StickyError" })
    },
    forget: (file, target) => runs.forget(urlOf(target), file),
  }
}
