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
// biome-ignore lint/suspicious/noExplicitAny: what came over the wire may be anything; each use below allows for it.
export function readAnswer(status: number, json: any, messages: ClientMessages): Outcome {
  const isAnswer = status < 300
  if (isAnswer && json?.is_valid && json.stored) return json
  const refusal = json?.is_valid === false && json.errors?.upload?.join && json
  return {
    is_valid: false,
    errors: { upload: [messages.failed({ status })] },
    code: status ? "internal_error" : "upload_aborted",
    details: {},
    ...refusal,
    ...(!(isAnswer && refusal) && { status }),
  }
}
