import { formatBytes } from "./bytes.js"
import type { Messages } from "./messages.js"

/** The sentences that a browser says by itself. Apart from the others, so that a page need not carry those. */
export const browserEnglish = {
  file_empty: ({ name }) => `File is empty: ${name}`,
  file_too_small: ({ name, size, minBytes }) =>
    `File is ${formatBytes(size)}; at least ${formatBytes(minBytes)} are needed: ${name}`,
  file_too_large: ({ name, size, maxBytes }) =>
    `File is ${size === undefined ? "larger than the limit of" : `${formatBytes(size)}; the limit is`} ${formatBytes(maxBytes)}: ${name}`,
  file_type_refused: ({ name, type, accept }) => `File is of type ${type}; allowed are ${accept.join(", ")}: ${name}`,
  upload_forbidden: () => "You are not allowed to upload here.",
  upload_aborted: () => "The upload was broken off.",
  internal_error: () => "Something went wrong. Please try again.",
} satisfies Partial<Messages>
