import { type Refusal, refuse } from "../core/errors.js"
import { checkSize } from "../core/limits.js"
import type { UploadRefused } from "../core/protocol.js"
import type { ClientMessages } from "./messages.js"

/**
 * Judges a file by the limits that `stickyField` wrote on its input, by the schema's rule and in the endpoint's words,
 * before a byte is sent. Without limits everything may pass.
 */
export function checkByInput(
  { accept, dataset }: HTMLInputElement,
  { name, size, type }: File,
  messages: ClientMessages,
): UploadRefused | undefined {
  const { maxBytes = "Infinity", minBytes = "0", acceptPattern = "" } = dataset
  const fits = RegExp(acceptPattern, "i").test(`${type};${name}`)
  const refusal =
    checkSize({ name, size }, { maxBytes: +maxBytes, minBytes: +minBytes }) ??
    (fits ? undefined : refuse("file_type_refused", { name, type: type || "unknown", accept: accept.split(",") }))
  if (!refusal) return undefined
  // Sound: a Refusal pairs each code with its own details, which TypeScript cannot follow through the index.
  const say = messages[refusal.code] as (details: object) => string
  return {
    ...(refusal as Refusal & Pick<UploadRefused, "details">),
    is_valid: false,
    errors: { upload: [say(refusal.details)] },
  }
}
