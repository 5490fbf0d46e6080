import type { ClientMessages, FileListMessages, PreviewMessages, RetryMessages, TakeMessages } from "../client.js"
import type { StickyFieldLabels } from "../html.js"
import type { FileRefusalCode, Messages } from "../index.js"

/**
 * What a browser says by itself: of a file's limits, at an input, of an upload that is sent again, of what is dropped or
 * pasted, in the list of files and of their pictures.
 */
export type ClientLocale = Pick<Messages, FileRefusalCode | "too_many_files" | "files_too_large"> &
  ClientMessages &
  RetryMessages &
  FileListMessages &
  TakeMessages &
  PreviewMessages

/** Everything that the toolkit says to a person, in one language. */
export type Locale = ClientLocale & Messages & Required<StickyFieldLabels>
