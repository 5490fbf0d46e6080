import { preprocessFormData } from "zod-form-data"
import { stickyError } from "../../core/messages.js"
import { type FieldPath, fieldName, parseFieldName } from "../../core/target.js"
import type { SchemaMap } from "../../zod/targets.js"

/**
 * Gives an array to a place where the schema has one: of a lone value, as a form with one box ticked sends it bare, and an
 * empty one where the schema needs one, as a form with no box ticked sends nothing.
 */
function wrapAt(node: unknown, [part, ...rest]: FieldPath, optional: boolean): unknown {
  if (part === undefined) return Array.isArray(node) ? node : node !== undefined ? [node] : optional ? undefined : []
  if (typeof node !== "object" || node === null) return node
  const record = node as Record<string, unknown>
  for (const key of part === "*" ? Object.keys(record) : [String(part)]) {
    const value = wrapAt(Object.hasOwn(record, key) ? record[key] : undefined, rest, optional)
    if (value !== undefined) record[key] = value
  }
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
  { arrays }: Pick<SchemaMap, "arrays">,
): unknown {
  refuseNames(entries.map(([name]) => name))
  const input: unknown = preprocessFormData(entries)
  return arrays.reduce(
    (shaped, { path, optional }) => (path.length === 0 ? shaped : wrapAt(shaped, path, optional)),
    input,
  )
}
