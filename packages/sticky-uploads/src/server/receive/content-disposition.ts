/** What a part's Content-Disposition says. */
export interface Disposition {
  name: string
  /** As sent: not yet fit to be shown. `undefined` for a text field. */
  filename: string | undefined
}

// One parameter: a token, then a quoted string or a token. Both alternatives are linear: no character fits two of them.
const parameter = /;[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s;"]*))[ \t]*/y

// WHATWG form-data: browsers escape exactly these three in a name; others send quoted pairs (RFC 2183).
function unquote(text: string): string {
  return text.replace(/\\(["\\])/g, "$1").replace(/%22|%0D|%0A/gi, (code) => decodeURIComponent(code))
}

// RFC 8187: charset'language'percent-encoded.
function decodeExtended(text: string): string | undefined {
  const match = /^(utf-8|iso-8859-1)'[^']*'(.*)$/i.exec(text)
  if (!match) return undefined
  try {
    const value = match[2] as string
    return (match[1] as string).toLowerCase() === "utf-8" ? decodeURIComponent(value) : unescapeLatin1(value)
  } catch {
    return undefined
  }
}

function unescapeLatin1(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/**
 * Reads `form-data; name="upload"; filename="a.png"` as browsers and other clients write it. Resolves to `undefined`
 * for anything else, and for a parameter given twice: two readers could then see two fields.
 * @see https://www.rfc-editor.org/rfc/rfc7578#section-4.2
 */
export function parseDisposition(header: string): Disposition | undefined {
  const kind = /^[ \t]*form-data[ \t]*/i.exec(header)
  if (!kind) return undefined
  const found = new Map<string, string>()
  let at = kind[0].length
  // A semicolon after the last parameter is common and harmless.
  while (!/^[ \t;]*$/.test(header.slice(at))) {
    parameter.lastIndex = at
    const match = parameter.exec(header)
    if (!match) return undefined
    at = parameter.lastIndex
    const key = (match[1] as string).toLowerCase()
    if (found.has(key)) return undefined
    found.set(key, match[2] === undefined ? (match[3] as string) : unquote(match[2]))
  }
  const name = found.get("name")
  if (name === undefined) return undefined
  const extended = found.get("filename*")
  return { name, filename: (extended === undefined ? undefined : decodeExtended(extended)) ?? found.get("filename") }
}
