import type { StickyErrorCode } from "./errors.js"
import type { StickyToken } from "./token.js"

/** The part that carries the file, whatever the form field is called. */
export const uploadPart = "upload"

/**
 * A request header: the client's own random name for an upload, the same each time it is sent until it has succeeded, by
 * the client or silently by its browser. Of uploads of one name the last one counts.
 */
export const uploadIdHeader = "X-Sticky-Upload"

/** A request header: the token that is asked about or given up. */
export const tokenHeader = "X-Sticky-Token"

/** The name of the hidden field that carries the token of the file field `name`. */
export function hiddenName(name: string): string {
  return `_${name}`
}

/** The name of the box that clears the file field `name`. */
export function clearName(name: string): string {
  return `${name}-clear`
}

/** The endpoint's answer to a file it took. */
export interface UploadAccepted {
  is_valid: true
  /** Display name. */
  filename: string
  url: string | null
  /** The token. */
  stored: StickyToken
  /** Bytes, as counted. */
  size: number
  /** Media type, as sniffed. */
  type: string
  /** When the token expires: ISO 8601. */
  expires: string
}

/** The endpoint's answer to a file or request it refused. */
export interface UploadRefused {
  is_valid: false
  /** Messages for people under `upload`, whatever the field is called. */
  errors: { upload: string[] }
  code: StickyErrorCode
  details: Record<string, unknown>
}

export type UploadAnswer = UploadAccepted | UploadRefused
