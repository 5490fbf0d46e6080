import type { StickyErrorCode } from "../core/errors.js"
import type { UploadAccepted, UploadRefused } from "../core/protocol.js"
import type { ClientMessages } from "./messages.js"

/** An upload that got no answer of ours: a refused request, a foreign page, a broken line. */
export interface UploadFailure extends UploadRefused {
  /** The HTTP status; 0 when there was no answer at all. */
  readonly status: number
}

export type Outcome = UploadAccepted | UploadRefused | UploadFailure

/**
 * Reads an answer of this or of the original endpoint. Never throws: whatever is neither becomes an `UploadFailure`,
 * with the message that the answer has, or else one of ours.
 */
export function readAnswer(messages: ClientMessages, status = 0, text = ""): Outcome {
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire may be anything; each use below allows for it.
  let json: any
  try {
    json = JSON.parse(text)
  } catch {}
  const isAnswer = status >= 200 && status < 300
  if (isAnswer && json?.is_valid === true && json.stored) return json
  const refused = json?.is_valid === false && json
  const guess = status === 0 ? "upload_aborted" : status === 403 ? "upload_forbidden" : "internal_error"
  const code: StickyErrorCode = refused.code ?? guess
  const said = [refused.errors?.upload ?? messages[guess]({})].flat().map(String)
  const outcome: UploadRefused = { is_valid: false, errors: { upload: said }, code, details: refused.details ?? {} }
  return isAnswer && refused ? outcome : { ...outcome, status }
}
