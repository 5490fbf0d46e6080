import { fileEnglish } from "../core/file-messages.js"
import type { Messages } from "../core/messages.js"

type FileMessages = Pick<Messages, keyof typeof fileEnglish>

/**
 * What a person reads: the schema's sentences on files, under the same keys, and three of the browser's own. A whole
 * table of another language may be given; the browser takes what it needs.
 */
export interface ClientMessages extends FileMessages, Partial<Omit<Messages, keyof FileMessages>> {
  /** Shown from the choice of a file until a whole percent has gone. */
  readonly uploading: () => string
  /** `percent` is a whole number. */
  readonly progress: (details: { percent: number }) => string
  /** Shown when the answer to an upload says nothing; `status` is 0 when there was none. */
  readonly failed: (details: { status: number }) => string
}

export const clientEnglish: ClientMessages = {
  ...fileEnglish,
  uploading: () => "Uploading…",
  progress: ({ percent }) => `${percent}%`,
  failed: () => "Upload failed; please try again.",
}
