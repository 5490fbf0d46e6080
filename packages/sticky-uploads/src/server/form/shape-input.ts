import { preprocessFormData } from "zod-form-data"
import { stickyError } from "../../core/messages.js"
import { type FieldPath, fieldName, parseFieldName } from "../../core/target.js"

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
 * Checked before zod-form-data sees a name: some names would make it write to Object.prototype, and of names that
 * contradict each other (`a` beside `a.b`, or one path in two spellings) it would lose a value in silence, or throw.
 */
function refuseNames(names: Iterable<string>): void {
  const refused = (name: string) => stickyError("field_name_refused", { field: name.slice(0, 100) })
  const paths = new Map<string, FieldPath>()
  const spellings = new Map<string, string>()
  for (const name of names) {
    const path = parseFieldName(name)
    if (!path) throw refused(name)
    const one = fieldName(path)
    if ((spellings.get(one) ?? name) !== name) throw refused(name)
    spellings.set(one, name)
    paths.set(one, path)
  }
  for (const [name, path] of paths) {
    for (let depth = 1; depth < path.length; depth += 1) {
      if (paths.has(fieldName(path.slice(0, depth)))) throw refused(name)
    }
  }
}

/**
 * Makes of a form's entries the object that a schema parses: `items[0].title` becomes nesting, a repeated name an array.
 * @throws StickyError `field_name_refused` for names that no form of ours has, or that contradict each other.
 */
export function shapeInput(
  entries: readonly (readonly [name: string, value: unknown])[],
  arrays: readonly FieldPath[],
): unknown {
  refuseNames(entries.map(([name]) => name))
  const input: unknown = preprocessFormData(entries)
  return arrays.reduce((shaped, path) => (path.length === 0 ? shaped : wrapAt(shaped, path)), input)
}
