import type { Messages } from "../core/messages.js"

/** What a person reads at an input. */
export interface ClientMessages {
  /** Shown from the choice of a file until a whole percent has gone. */
  readonly uploading: () => string
  /** `percent` is a whole number. */
  readonly progress: (details: { percent: number }) => string
  /** Said by the input when a form that waits for its upload is submitted once more. */
  readonly submitting: () => string
  /** Shown when the answer to an upload says nothing; `status` is 0 when there was none. */
  readonly failed: (details: { status: number }) => string
}

/** What a person reads while a failed upload waits to be sent again. */
export interface RetryMessages {
  /** `seconds` is a whole number. */
  readonly retrying: (details: { seconds: number }) => string
  /** Shown where there is no network to send it over. */
  readonly offline: () => string
}

/** What a person reads in the list of files. */
export interface FileListMessages {
  /** Names the list for those who do not see it. */
  readonly files: () => string
  /** Said of a file that is safe on the server. */
  readonly uploaded: () => string
  /** Said of a file that goes with the form, as nothing uploads it. */
  readonly picked: () => string
  /** The button that takes a file back; its accessible name goes on with the file's. */
  readonly remove: () => string
  /** The button that uploads a file again whose upload failed; its accessible name goes on with the file's. */
  readonly retry: () => string
  /** A file's size. */
  readonly size: (details: { bytes: number }) => string
  /** The button that puts a file before the one above it; its accessible name goes on with the file's. */
  readonly moveUp: () => string
  /** The button that puts a file behind the one below it; its accessible name goes on with the file's. */
  readonly moveDown: () => string
  /** Said once a file was moved; the first place is 1. */
  readonly moved: (details: { name: string; position: number; count: number }) => string
}

/** What a person reads, or finds as a name, of files that were dropped or pasted. */
export interface TakeMessages {
  /** Said where several were dropped on an input that takes one. */
  readonly onlyOne: (details: { count: number }) => string
  readonly folder: (details: { name: string }) => string
  /** The name of a picture that has none, without its extension; `at` is the time, such as `2026-11-23-09-41-00`. */
  readonly pasted: (details: { at: string }) => string
}

/** What a person hears of a picture that is shown. */
export interface PreviewMessages {
  readonly preview: (details: { name: string }) => string
}

/** Sentences under the keys of every table: a whole one of another language will do. */
export type Words = Partial<
  ClientMessages & RetryMessages & FileListMessages & TakeMessages & PreviewMessages & Messages
>

export interface ShowOptions {
  /** Replaces what people read, sentence by sentence. @default the words of each input's client */
  messages?: Words
}

export const clientEnglish: ClientMessages = {
  uploading: () => "Uploading…",
  progress: ({ percent }) => `${percent}%`,
  submitting: () => "The form is sent once this file is uploaded.",
  failed: () => "Upload failed; please try again.",
}
