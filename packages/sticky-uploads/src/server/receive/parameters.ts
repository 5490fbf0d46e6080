/** A header's parameter: what stood between its quotes, or bare. */
export interface Parameter {
  value: string
  isQuoted: boolean
}

// A token, then a quoted string or a token; each is linear, as no character fits two alternatives. The second way to read
// quotes is for the last parameter alone: browsers write a name that ends with a backslash without doubling it.
const parameter =
  /;[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|"([^"]*)"(?=[ \t;]*$)|([^\s;"]*))[ \t]*/y

/**
 * Reads the parameters of a header, `; name="upload"; filename=a.png`, by their names in lower case. Resolves to
 * `undefined` for anything else, and for a parameter given twice: two readers could then see two things.
 */
export function readParameters(text: string): ReadonlyMap<string, Parameter> | undefined {
  const found = new Map<string, Parameter>()
  let at = 0
  // A semicolon after the last parameter is common and harmless.
  while (!/^[ \t;]*$/.test(text.slice(at))) {
    parameter.lastIndex = at
    const match = parameter.exec(text)
    if (!match) return undefined
    at = parameter.lastIndex
    const [, key = "", quoted, atEnd, bare = ""] = match
    if (found.has(key.toLowerCase())) return undefined
    const inQuotes = quoted ?? atEnd
    found.set(key.toLowerCase(), { value: inQuotes ?? bare, isQuoted: inQuotes !== undefined })
  }
  return found
}
