import type { Refusal } from "../core/errors.js"
import type { UploadAccepted, UploadRefused } from "../core/protocol.js"
import type { ClientMessages } from "./messages.js"

/** An upload that got no answer of ours: a refused request, a foreign page, a broken line. */
export interface UploadFailure extends UploadRefused {
  /** The HTTP status; 0 when there was no answer at all. */
  readonly status: number
}

export type Outcome = UploadAccepted | UploadRefused | UploadFailure

/** A refusal in the endpoint's words, said by the browser. */
export function refused({ code, details }: Refusal<keyof ClientMessages & Refusal["code"]>, messages: ClientMessages): UploadRefused {
  // Sound: a Refusal pairs each code with its own details, which TypeScript cannot follow through the index.
  const say = messages[code] as (details: object) => string
  return { is_valid: false, errors: { upload: [say(details)] }, code, details: { ...details } }
}

/**
 * Reads an answer of this or of the original endpoint. Never throws: whatever is neither becomes an `UploadFailure`,
 * with the message that the answer has, or else one of ours.
 */
// biome-ignore lint/suspicious/noExplicitAny: what came over the wire may be anything; each use below allows for it.
export function readAnswer(status: number, json: any, messages: ClientMessages): Outcome {
  const isAnswer = /^2/.test(`${status}`)
  if (isAnswer && json?.is_valid === true && json.stored) return json
  const isRefusal = json?.is_valid === false && Array.isArray(json.errors?.upload)
  const code = status === 0 ? "upload_aborted" : status === 403 ? "upload_forbidden" : "internal_error"
  const outcome = { ...refused({ code, details: {} }, messages), ...(isRefusal && json) }
  return isAnswer && isRefusal ? outcome : { ...outcome, status }
}
