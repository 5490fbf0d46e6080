/** A path from the root of an input to a field; `"*"` stands for any index or key. */
export type FieldPath = readonly (string | number)[]

/** Writes the target of a field: `submission.create/items.*.photo`. */
export function targetOf(procedure: string, path: FieldPath): string {
  return `${procedure}/${path.join(".")}`
}

// Names that change objects they should not, wherever a path is walked or written (zod-form-data, TRAPS).
const isPoisoned = (segment: string) => segment in Object.prototype || segment === "prototype"

const maxDepth = 8
const maxIndex = 1000
const maxNameLength = 200
const segments = /^([^.[\]]+)((?:\.[^.[\]]+|\[\d+\])*)$/

/**
 * Reads a form field's name as a path: `items[0].photo`, `items.0.photo`, `title`. Resolves to `undefined` for a name
 * that no form of ours has: odd grammar, deeper than 8, an index over 1000, a segment of Object.prototype, or the `length`
 * of what may be a list.
 */
export function parseFieldName(name: string): FieldPath | undefined {
  if (name.length > maxNameLength) return undefined
  const match = segments.exec(name)
  if (!match) return undefined
  const path = [
    match[1] as string,
    ...[...(match[2] as string).matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map((m) => m[1] ?? m[2]),
  ]
  if (path.length > maxDepth) return undefined
  const read: (string | number)[] = []
  for (const segment of path as string[]) {
    if (isPoisoned(segment)) return undefined
    // Beside `items[0]` it would set how long that list is.
    if (segment === "length" && read.length > 0) return undefined
    if (/^\d+$/.test(segment)) {
      if (Number(segment) > maxIndex) return undefined
      read.push(Number(segment))
    } else read.push(segment)
  }
  return read
}

/** Writes a path as the name of a form field: `items[0].photo`. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, segment) => {
    if (typeof segment === "number") return `${name}[${segment}]`
    return name === "" ? String(segment) : `${name}.${String(segment)}`
  }, "")
}

/** Tells whether a concrete path is one of those a pattern stands for. */
export function matchesPattern(path: readonly PropertyKey[], pattern: FieldPath): boolean {
  return (
    path.length === pattern.length && pattern.every((part, at) => part === "*" || String(part) === String(path[at]))
  )
}
