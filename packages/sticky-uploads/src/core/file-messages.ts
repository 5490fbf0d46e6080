import { formatBytes } from "./bytes.js"
import type { Messages } from "./messages.js"

/** The sentences that a browser says by itself of the files it has. Apart from the others, so that a page need not carry those. */
export const fileEnglish = {
  file_empty: ({ name }) => `File is empty: ${name}`,
  file_too_small: ({ name, size, minBytes }) =>
    `File is ${formatBytes(size, minBytes)}; at least ${formatBytes(minBytes)} are needed: ${name}`,
  file_too_large: ({ name, size, maxBytes }) =>
    `File is ${size ? `${formatBytes(size, maxBytes)}; the limit is` : "over the limit of"} ${formatBytes(maxBytes)}: ${name}`,
  file_type_refused: ({ name, type, accept }) =>
    `File is of ${type ? `type ${type}` : "an unknown type"}; allowed are ${accept.join(", ")}: ${name}`,
  too_many_files: ({ maxFiles }) => `At most ${maxFiles} ${maxFiles === 1 ? "file is" : "files are"} taken at once.`,
  files_too_large: ({ bytes, maxBytes }) =>
    `The files are ${formatBytes(bytes, maxBytes)} together; the limit is ${formatBytes(maxBytes)}.`,
} satisfies Partial<Messages>
