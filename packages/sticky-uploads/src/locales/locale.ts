import type { ClientMessages, FileListMessages, RetryMessages } from "../client.js"
import type { StickyFieldLabels } from "../html.js"
import type { FileRefusalCode, Messages } from "../index.js"

/** What a browser says by itself: of a file's limits, at an input, of an upload that is sent again, and in the list of files. */
export type ClientLocale = Pick<Messages, FileRefusalCode> & ClientMessages & RetryMessages & FileListMessages

/** Everything that the toolkit says to a person, in one language. */
export type Locale = ClientLocale & Messages & Required<StickyFieldLabels>
