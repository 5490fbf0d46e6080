import { isFile } from "../core/sticky-file.js"
import { type FieldPath, matchesPattern, parseFieldName } from "../core/target.js"

/** Something that stands where a sticky file may stand. */
export interface Found {
  value: unknown
  path: readonly (string | number)[]
}

const isEntries = (input: unknown): input is Iterable<[string, unknown]> =>
  typeof input === "object" && input !== null && !Array.isArray(input) && Symbol.iterator in input

/**
 * Finds what an input, before it is parsed, has at the given paths: in plain values, and in FormData by field names. An
 * array field may be given as one value, and one field as several (a token and a file).
 */
export function findValues(input: unknown, patterns: readonly FieldPath[]): Found[] {
  const found: Found[] = []
  if (isEntries(input)) {
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
      for (const each of Array.isArray(value) ? value : [value]) found.push({ value: each, path })
    } else if (part === "*" && Array.isArray(value)) {
      for (const [at, each] of value.entries()) follow(each, rest, [...path, at])
    } else if (part === "*" && (typeof value !== "object" || isFile(value))) follow(value, rest, [...path, 0])
    else if (typeof value !== "object") return
    else if (part === "*") for (const [key, each] of Object.entries(value)) follow(each, rest, [...path, key])
    else if (Object.hasOwn(value, part)) follow((value as Record<string, unknown>)[part], rest, [...path, part])
  }
  for (const pattern of patterns) follow(input, pattern, [])
  return found
}
