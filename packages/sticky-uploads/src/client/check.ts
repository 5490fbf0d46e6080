import { acceptsSpelled } from "../core/accept.js"
import { refuse } from "../core/errors.js"
import { checkSize } from "../core/limits.js"
import type { UploadRefused } from "../core/protocol.js"
import type { ClientMessages } from "./messages.js"

/**
 * Judges a file by the limits that `stickyField` wrote on its input: the schema's rule, and the endpoint's answer, before
 * a byte is sent. Without limits everything may pass.
 */
export function checkByInput(
  input: HTMLInputElement,
  { name, size, type }: File,
  messages: ClientMessages,
): UploadRefused | undefined {
  const { maxBytes = Infinity, minBytes = 0, accept } = input.dataset
  let refusal = checkSize({ name, size }, { maxBytes: +maxBytes, minBytes: +minBytes })
  if (!refusal && accept && !acceptsSpelled(accept.split(","), { name, type })) {
    refusal = refuse("file_type_refused", { name, type: type || "unknown", accept: input.accept.split(",") })
  }
  // Sound: a Refusal pairs each code with its own details, which TypeScript cannot follow through the index.
  const say = refusal && (messages[refusal.code] as (details: object) => string)
  return refusal && say && { ...refusal, is_valid: false, errors: { upload: [say(refusal.details)] } }
}
