import { refuse } from "../core/errors.js"
import { checkSize, type FileRefusal } from "../core/limits.js"

/**
 * Judges a file by the limits that `stickyField` wrote on its input, by the schema's rule, before a byte is sent. Without
 * limits everything may pass.
 */
export function checkByInput(
  { accept, dataset: { maxBytes = Infinity, minBytes = 0, acceptPattern = "" } }: HTMLInputElement,
  { name, size, type }: File,
): FileRefusal | undefined {
  const refusal = checkSize({ name, size }, { maxBytes: +maxBytes, minBytes: +minBytes })
  if (refusal || RegExp(acceptPattern, "i").test(`${type};${name}`)) return refusal
  return refuse("file_type_refused", { name, type: type || "unknown", accept: accept.split(",") })
}
