import { formatBytes } from "./bytes.js"
import {
  type Refusal,
  StickyError,
  type StickyErrorCode,
  type StickyErrorDetails,
  type StickyErrorOptions,
} from "./errors.js"
import { fileEnglish } from "./file-messages.js"

/** One sentence per code: what happened, to what, with the number. Every entry can be replaced. */
export type Messages = { readonly [Code in StickyErrorCode]: (details: StickyErrorDetails[Code]) => string }

const pickAgain = "Please pick the file again."
const seconds = (count: number) => `${count} ${count === 1 ? "second" : "seconds"}`

/** Every sentence in English: what is said where no other table has the code. */
export const english: Messages = {
  ...fileEnglish,
  file_required: () => "Please pick a file.",
  file_invalid: () => "This is neither a file nor an uploaded file's token.",
  file_and_clear: ({ name }) => `Pick a new file or tick the box to clear, not both: ${name}`,
  file_refused: ({ name, reason }) => `The file was refused (${reason}): ${name}`,
  token_malformed: () => `This is not an uploaded file. ${pickAgain}`,
  token_tampered: () => `The uploaded file cannot be verified. ${pickAgain}`,
  token_expired: ({ name }) => `The upload has expired: ${name}. ${pickAgain}`,
  token_wrong_target: () => `The file was uploaded for another field. ${pickAgain}`,
  token_wrong_subject: () => `The file was uploaded by someone else. ${pickAgain}`,
  token_gone: ({ name }) => `The uploaded file is no longer there: ${name}. ${pickAgain}`,
  token_used: ({ name }) => `The uploaded file was submitted already: ${name}. ${pickAgain}`,
  token_busy: ({ name }) => `The uploaded file is being submitted right now: ${name}. Please wait a moment.`,
  token_pending: ({ name }) => `The uploaded file is still being checked: ${name}. Please try again in a moment.`,
  token_not_allowed: ({ reason }) => messageOf(reason),
  preview_unknown: () => "There is no file at this address.",
  preview_expired: ({ name }) => `This address has expired: ${name}. Please open the form again.`,
  preview_forbidden: () => "Only the person who uploaded this file may look at it.",
  scope_missing: () =>
    "A token was read outside a sticky scope. Mount stickyMiddleware(sticky) before .input(), post the form to " +
    "stickyForm, or call sticky.parse(schema, value, { ctx, procedure }).",
  target_unregistered: ({ procedure }) =>
    `The fields of "${procedure}" are not known. Mount stickyEndpoint({ sticky, router }) or call sticky.register(router).`,
  body_used: () =>
    "Something has read the request's body already. Mount the endpoint and the form before any body parser, and give them " +
    "the request as it came.",
  method_not_allowed: ({ method, allow }) => `${method} is not allowed here; use ${allow.join(" or ")}.`,
  target_unknown: ({ target }) => `There is no upload field called "${target}".`,
  origin_refused: ({ origin }) => `Uploads from ${origin ?? "another site"} are not allowed.`,
  upload_forbidden: () => "You are not allowed to upload here.",
  too_many_uploads: ({ maxPerMinute, retrySeconds }) =>
    `More than ${maxPerMinute} uploads in a minute. Please try again in ${seconds(retrySeconds)}.`,
  too_many_bytes: ({ maxBytes }) =>
    `More than ${formatBytes(maxBytes)} of your files would wait to be submitted. Please submit or remove some first.`,
  server_busy: ({ retrySeconds }) => `Too many uploads at once. Please try again in ${seconds(retrySeconds)}.`,
  body_too_large: ({ declaredBytes, maxBytes }) =>
    `The upload is ${formatBytes(declaredBytes, maxBytes)}; the limit is ${formatBytes(maxBytes)}.`,
  content_type_unsupported: () => "Send the file as multipart/form-data.",
  multipart_malformed: ({ reason }) => `The multipart body cannot be read: ${reason}.`,
  multipart_limit: ({ limit, max }) => `The multipart body has more ${limit} than the ${max} that are allowed.`,
  upload_missing: ({ part }) => `The request has no file part called "${part}".`,
  field_name_refused: () => "The form has a field whose name is not allowed.",
  upload_aborted: () => "The upload was broken off.",
  upload_timeout: ({ idleSeconds }) => `Nothing arrived for ${idleSeconds} seconds, so the upload was ended.`,
  upload_too_slow: ({ maxSeconds }) => `The upload took longer than ${seconds(maxSeconds)}, so it was ended.`,
  inspection_failed: () => "The file could not be checked. Please try again.",
  storage_failed: () => "The file could not be stored. Please try again.",
  storage_conflict: () => "A file of this key is stored already.",
  storage_missing: () => "No file of this key is stored.",
  key_invalid: () => "This is not a storage key.",
  content_unavailable: ({ name }) => `The content of this file can only be read on the server: ${name}`,
  content_stored: ({ name }) =>
    `This file is stored already. Open it by its \`existing\`, from your own storage: ${name}`,
  internal_error: () => "Something went wrong. Please try again.",
}

/** Says a refusal in words, from the given table where it has the code and in English otherwise. */
export function messageOf(refusal: Refusal, messages: Partial<Messages> = english): string {
  // A limit that became tighter speaks in the limit's own words, whichever table has them.
  if (refusal.code === "token_not_allowed" && !messages.token_not_allowed) {
    return messageOf(refusal.details.reason, messages)
  }
  // Sound: a Refusal pairs each code with its own details, which TypeScript cannot follow through the index.
  const write = (messages[refusal.code] ?? english[refusal.code]) as (details: Refusal["details"]) => string
  return write(refusal.details)
}

/** Makes the error of a code, saying it in English. */
export function stickyError<Code extends StickyErrorCode>(
  code: Code,
  details: StickyErrorDetails[Code],
  options?: StickyErrorOptions,
): StickyError<Code> {
  return new StickyError(code, details, messageOf({ code, details } as Refusal), options)
}
