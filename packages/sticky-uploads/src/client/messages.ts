import { browserEnglish } from "../core/browser-messages.js"
import type { Messages } from "../core/messages.js"

/**
 * What a person reads: the sentences of the schema's table, under the same keys, and the progress label. A whole table
 * of another language may be given; the browser takes what it needs.
 */
export interface ClientMessages
  extends Pick<Messages, keyof typeof browserEnglish>,
    Partial<Omit<Messages, keyof typeof browserEnglish>> {
  /** Shown from the choice of a file until the first byte is known to have gone. */
  readonly uploading: () => string
  /** `percent` is a whole number. */
  readonly progress: (details: { percent: number }) => string
}

export const clientEnglish: ClientMessages = {
  ...browserEnglish,
  uploading: () => "Uploading…",
  progress: ({ percent }) => `${percent}%`,
}
