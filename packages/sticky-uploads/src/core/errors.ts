/** What each code carries beside its name. Shapes are API, as the codes are. */
export interface StickyErrorDetails {
  // A value that may not be what its field takes.
  file_required: Record<never, never>
  file_invalid: Record<never, never>
  file_empty: { name: string }
  file_too_small: { name: string; size: number; minBytes: number }
  file_too_large: { name: string; size: number | undefined; maxBytes: number }
  /** `type` is empty where a browser knows of none. */
  file_type_refused: { name: string; type: string; accept: readonly string[] }
  file_and_clear: { name: string }
  /** What an inspector says of the file itself: a virus, a picture that is none. */
  file_refused: { name: string; inspector: string; reason: string }
  too_many_files: { maxFiles: number }
  /** Of all files of a field together. */
  files_too_large: { bytes: number; maxBytes: number }
  // A token that may not stand for a file here and now.
  token_malformed: Record<never, never>
  token_tampered: { reason: "signature" | "unknown_key" }
  token_expired: { name: string; expiredAt: number }
  /** `issuedBy` only where another sticky signed it: that one's name, `null` when it has none. */
  token_wrong_target: { issuedFor: string; issuedBy?: string | null }
  token_wrong_subject: Record<never, never>
  token_gone: { name: string }
  token_used: { name: string }
  token_busy: { name: string }
  /** Its file is still being inspected. */
  token_pending: { name: string }
  token_not_allowed: { name: string; reason: Refusal<FileRefusalCode> }
  // An address that a staged file may be looked at by.
  preview_unknown: Record<never, never>
  preview_expired: { name: string; expiredAt: number }
  preview_forbidden: Record<never, never>
  // Set-up that is missing where a token is read.
  scope_missing: Record<never, never>
  target_unregistered: { procedure: string }
  /** Something has read from the request before: a body parser, a middleware. */
  body_used: Record<never, never>
  // A request the endpoint does not take.
  method_not_allowed: { method: string; allow: readonly string[] }
  target_unknown: { target: string }
  origin_refused: { origin: string | undefined }
  upload_forbidden: { target: string }
  /** Of one person, or of one address where nobody is known; try again after so many seconds. */
  too_many_uploads: { maxPerMinute: number; retrySeconds: number }
  too_many_bytes: { maxBytes: number; retrySeconds: number }
  /** The process has as many uploads under way as it takes. */
  server_busy: { retrySeconds: number }
  body_too_large: { declaredBytes: number; maxBytes: number }
  content_type_unsupported: { contentType: string | undefined }
  multipart_malformed: { reason: string }
  multipart_limit: {
    limit: "parts" | "bytes" | "bytes of text" | "headers in a part" | "header bytes in a part" | "characters in a name"
    max: number
  }
  upload_missing: { part: string }
  field_name_refused: { field: string }
  upload_aborted: Record<never, never>
  upload_timeout: { idleSeconds: number }
  upload_too_slow: { maxSeconds: number }
  // An inspector that cannot do what it is asked.
  inspection_failed: { inspector: string }
  // A storage that cannot do what it is asked.
  storage_failed: { storage: string; operation: string }
  storage_conflict: { storage: string; key: string }
  storage_missing: { storage: string; key: string }
  key_invalid: Record<never, never>
  content_unavailable: { name: string }
  content_stored: { name: string }
  internal_error: Record<never, never>
}

export type StickyErrorCode = keyof StickyErrorDetails
export type FileRefusalCode = "file_empty" | "file_too_small" | "file_too_large" | "file_type_refused"

/** The HTTP status an edge answers with, one per code. */
export const statusOf: Readonly<Record<StickyErrorCode, number>> = {
  file_required: 422,
  file_invalid: 422,
  file_empty: 422,
  file_too_small: 422,
  file_too_large: 413,
  file_type_refused: 415,
  file_and_clear: 422,
  file_refused: 422,
  too_many_files: 400,
  files_too_large: 413,
  token_malformed: 422,
  token_tampered: 422,
  token_expired: 422,
  token_wrong_target: 422,
  token_wrong_subject: 422,
  token_gone: 422,
  token_used: 409,
  token_busy: 409,
  token_pending: 409,
  token_not_allowed: 422,
  preview_unknown: 404,
  preview_expired: 410,
  preview_forbidden: 403,
  scope_missing: 500,
  target_unregistered: 500,
  body_used: 500,
  method_not_allowed: 405,
  target_unknown: 404,
  origin_refused: 403,
  upload_forbidden: 403,
  too_many_uploads: 429,
  too_many_bytes: 429,
  server_busy: 503,
  body_too_large: 413,
  content_type_unsupported: 415,
  multipart_malformed: 400,
  multipart_limit: 413,
  upload_missing: 400,
  field_name_refused: 400,
  upload_aborted: 400,
  upload_timeout: 408,
  upload_too_slow: 408,
  inspection_failed: 503,
  storage_failed: 503,
  storage_conflict: 409,
  storage_missing: 404,
  key_invalid: 400,
  content_unavailable: 409,
  content_stored: 500,
  internal_error: 500,
}

/** A refusal as a value: what a schema turns into an issue and an edge into an answer. */
export type Refusal<Code extends StickyErrorCode = StickyErrorCode> = {
  [C in Code]: { code: C; details: StickyErrorDetails[C] }
}[Code]

export function refuse<Code extends StickyErrorCode>(code: Code, details: StickyErrorDetails[Code]): Refusal<Code> {
  return { code, details } as Refusal<Code>
}

export interface StickyErrorOptions {
  /** What went wrong below, for whoever looks for the reason. */
  cause?: unknown
  /** Where in the input the refused value stands, when it is known. */
  path?: readonly PropertyKey[] | undefined
}

/**
 * The one error class. `code` is stable, `status` is the HTTP status of an edge, the message is for people and may change.
 *
 * Narrow with `isStickyError(error, "token_used")`: `details` then has that code's shape.
 */
export class StickyError<Code extends StickyErrorCode = StickyErrorCode> extends Error {
  override readonly name = "StickyError"
  readonly code: Code
  readonly status: number
  readonly details: StickyErrorDetails[Code]
  readonly path: readonly PropertyKey[] | undefined

  constructor(code: Code, details: StickyErrorDetails[Code], message: string, options: StickyErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined)
    this.code = code
    this.status = statusOf[code]
    this.details = details
    this.path = options.path
  }
}

/** Tells a StickyError, and with a code one of that code, also across copies of this package. */
export function isStickyError<Code extends StickyErrorCode = StickyErrorCode>(
  value: unknown,
  code?: Code,
): value is StickyError<Code> {
  if (!(value instanceof Error) || value.name !== "StickyError" || !("code" in value)) return false
  return code === undefined ? Object.hasOwn(statusOf, value.code as string) : value.code === code
}
