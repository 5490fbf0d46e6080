import { readParameters } from "./parameters.js"

/** What a part's Content-Disposition says. */
export interface Disposition {
  name: string
  /** As sent: not yet fit to be shown. `undefined` for a text field. */
  filename: string | undefined
}

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
  const found = kind ? readParameters(header.slice(kind[0].length)) : undefined
  const textOf = (key: string) => {
    const parameter = found?.get(key)
    return parameter?.isQuoted ? unquote(parameter.value) : parameter?.value
  }
  const name = textOf("name")
  if (name === undefined) return undefined
  const extended = textOf("filename*")
  return { name, filename: (extended === undefined ? undefined : decodeExtended(extended)) ?? textOf("filename") }
}
