import { isFile } from "../core/sticky-file.js"
import { type FieldPath, matchesPattern, parseFieldName } from "../core/target.js"

/** Something that stands where a sticky file may stand. */
export interface Found {
  value: unknown
  path: readonly (string | number)[]
}

/** Tells FormData of any realm. Other things can be iterated too, and what they hold are no entries. */
const isForm = (input: unknown): input is Iterable<[string, unknown]> =>
  typeof input === "object" && input !== null && "getAll" in input && Symbol.iterator in input

/** What stands under `*`. A form or a caller may give one value bare where a list is meant. */
function each(value: unknown): Iterable<readonly [key: string | number, value: unknown]> {
  if (typeof value !== "object" || value === null || isFile(value)) return [[0, value]]
  if (Array.isArray(value)) return value.entries()
  if (value instanceof Set) return [...value].entries()
  if (value instanceof Map)
    return [...value].map(([key, held]) => [typeof key === "number" ? key : String(key), held] as const)
  return Object.entries(value)
}

/**
 * Finds what an input, before it is parsed, has at the given paths: in plain values, and in FormData by field names. An
 * array field may be given as one value, and one field as several (a token and a file).
 */
export function findValues(input: unknown, patterns: readonly FieldPath[]): Found[] {
  const found: Found[] = []
  if (isForm(input)) {
    for (const [name, value] of input) {
      const path = parseFieldName(name)
      if (path && patterns.some((each) => matchesPattern(path, each) || matchesPattern([...path, 0], each)))
        found.push({ value, path })
    }
    return found
  }

  function follow(value: unknown, pattern: FieldPath, path: readonly (string | number)[]): void {
    const [part, ...rest] = pattern
    if (value === undefined || value === null) return
    if (part === undefined) {
      // One level only: an input may be nested deeper than a stack.
      for (const one of Array.isArray(value) ? value : [value]) found.push({ value: one, path })
    } else if (part === "*") {
      for (const [key, held] of each(value)) follow(held, rest, [...path, key])
    } else if (typeof value === "object" && Object.hasOwn(value, part)) {
      follow((value as Record<string, unknown>)[part], rest, [...path, part])
    }
  }
  for (const pattern of patterns) follow(input, pattern, [])
  return found
}
