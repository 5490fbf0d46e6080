import { preprocessFormData } from "zod-form-data"
import { stickyError } from "../../core/messages.js"
import { type FieldPath, parseFieldName } from "../../core/target.js"

/** Puts a lone value into an array where the schema has one: a form with one box ticked sends it bare. */
function wrapAt(node: unknown, [part, ...rest]: FieldPath): unknown {
  if (node === undefined || node === null) return node
  if (part === undefined) return Array.isArray(node) ? node : [node]
  if (typeof node !== "object") return node
  const entries = part === "*" ? Object.keys(node) : Object.hasOwn(node, part) ? [String(part)] : []
  const record = node as Record<string, unknown>
  for (const key of entries) record[key] = wrapAt(record[key], rest)
  return record
}

/**
 * Makes of a form's entries the object that a schema parses: `items[0].title` becomes nesting, a repeated name an array.
 * @throws StickyError `field_name_refused` for names that no form of ours has, or that contradict each other.
 */
export function shapeInput(
  entries: readonly (readonly [name: string, value: unknown])[],
  arrays: readonly FieldPath[],
): unknown {
  // Checked before zod-form-data sees a name: some names would make it write to Object.prototype.
  for (const [name] of entries)
    if (!parseFieldName(name)) throw stickyError("field_name_refused", { field: name.slice(0, 100) })
  let input: unknown
  try {
    input = preprocessFormData(entries)
  } catch (cause) {
    // `a` beside `a.b`: one of them cannot be.
    throw stickyError("field_name_refused", { field: String((cause as Error).message).slice(0, 100) }, { cause })
  }
  return arrays.reduce((shaped, path) => (path.length === 0 ? shaped : wrapAt(shaped, path)), input)
}
