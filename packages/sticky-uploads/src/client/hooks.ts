import type { StickyErrorCode } from "../core/errors.js"
import type { UploadAccepted, UploadRefused } from "../core/protocol.js"
import type { UploadFailure } from "./answer.js"
import type { ClientMessages, Words } from "./messages.js"
import type { Retrying } from "./retries.js"
import type { Parts, StateName } from "./states.js"

/** What a submit does while an upload runs: `abort` lets the file go with the form, `wait` holds the submit back. */
export type SubmitMode = "abort" | "wait"

/** The hooks of an uploader. Each is called with the uploader as `this` and as argument, and has a DOM event `sticky:…`. */
export interface AttachOptions {
  /** Asked before a picked file is sent; only `false` (or a promise of it) keeps it for the form. */
  before?(this: StickyUploader, file: File, uploader: StickyUploader): unknown
  /** Told how far a file is, from 0 to 1, in whole percents. */
  progress?(this: StickyUploader, fraction: number, uploader: StickyUploader, file: File): void
  /** Told that an upload failed in passing and is sent again, and when. */
  retry?(this: StickyUploader, retrying: Retrying, uploader: StickyUploader, file: File): void
  /** Told the endpoint's answer to a file: taken, or refused. */
  success?(this: StickyUploader, answer: UploadAccepted | UploadRefused, uploader: StickyUploader, file: File): void
  /** Told that an upload got no such answer. */
  failure?(this: StickyUploader, failure: UploadFailure, uploader: StickyUploader, file: File): void
  /** Told of everything that changes: a choice, progress, an end, a choice taken back. */
  change?(this: StickyUploader, parts: Parts, uploader: StickyUploader): void
  /** A mode, or what to do instead when the form is submitted. @default "abort" */
  submit?: SubmitMode | ((this: StickyUploader, event: SubmitEvent, uploader: StickyUploader) => void)
  /** `false` leaves this input out of what the client's `persist` keeps. */
  persist?: false | undefined
}

/** One file input and its uploads. */
export interface StickyUploader {
  readonly input: HTMLInputElement
  /** The hooks, looked up each time: they may be set and replaced at any time. */
  options: AttachOptions
  /** The client's words, with what it was given for others. */
  readonly messages: ClientMessages & Words
  readonly state: StateName
  /** Whether an upload runs. */
  readonly processing: boolean
  /**
   * The files of the last choice, each with its own state and, when that is `ready`, its token. Setting them leaves alone
   * what is said at the input and what is on its way; `show` does not.
   */
  parts: Parts
  /** What the page came with, and `reset` goes back to. A page that came anew without being loaded may replace it. */
  initial: Parts
  /** Whether this browser can; where it cannot, the form stays a plain one. */
  enabled(): boolean
  /** Ends running uploads on the wire; their files will go with the form. */
  abort(): void
  /** Refuses a file before it is up, for a reason of the page's own, which its person reads at the input. */
  refuse(file: File, message: string, code?: StickyErrorCode): void
  /** Shows these instead, for a piece that knows more than the input: tokens of before, or a word without a file. */
  show(parts: Parts): void
  /** Leaves nothing: no file, no error, and no token either, also none that the page came with. */
  clear(): void
  /** Uploads again, of what the input holds, what did not get through: one file, or all. */
  retry(id?: number): void
  /** Uploads again all that the input holds, for new tokens: those it has may be used. */
  renew(): void
  /** Goes back to what the page came with. */
  reset(): void
  /** Waits for running uploads as a submit does, and resolves to whether the form may go on: none was refused or failed. */
  hold(): Promise<boolean>
  /** Lets go of the input, which is a plain one again. */
  destroy(): void
}

declare global {
  interface HTMLInputElement {
    stickyUploader?: StickyUploader | undefined
  }
}

type Hook = "attach" | "before" | "progress" | "retry" | "success" | "failure" | "change" | "submit"

/** The `detail` of the bubbling, cancelable events `sticky:before`, `sticky:progress`, … and of `sticky:attach`. */
export interface StickyEventDetail<Data = unknown> {
  uploader: StickyUploader
  /** What the hook of the same name gets first. */
  data: Data
  file?: File | undefined
}

/** Calls a hook and dispatches its event; `false` when either says no. */
export function announce(uploader: StickyUploader, name: Hook, data?: unknown, file?: File): unknown {
  // A mode of `submit` is a string, and cannot be called.
  const hook = (uploader.options as Record<string, unknown>)[name] as
    | { call?: (...given: unknown[]) => unknown }
    | undefined
  const said = hook?.call?.(uploader, data, uploader, file)
  const event = new CustomEvent<StickyEventDetail>(`sticky:${name}`, {
    detail: { uploader, data, file },
    bubbles: true,
    cancelable: true,
  })
  return uploader.input.dispatchEvent(event) && said
}
