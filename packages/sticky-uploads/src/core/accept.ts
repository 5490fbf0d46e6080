import { extensionOf, namesOf, normalizeType, typeOfExtension } from "./media-types.js"

/** One entry of an `accept` list: `.pdf`, `image/*`, `application/pdf`. */
type Entry = { extension: string; means: string | undefined } | { family: string } | { type: string }

/** An `accept` list, read once. `list` is what HTML shows. */
export interface Accept {
  readonly list: readonly string[]
  readonly entries: readonly Entry[]
}

const extensionGrammar = /^\.[^\s./\\,;"'<>]+(?:\.[^\s./\\,;"'<>]+)*$/
// `*/*` is no HTML, but many write it for "any".
const typeGrammar = /^(?:\*\/\*|[a-z0-9][\w.+-]*\/(?:\*|[\w.+-]+))$/i

/**
 * Reads an `accept` list in the grammar of HTML: extensions, `type/*`, full types; case does not matter.
 * @throws TypeError naming the entry that is neither.
 * @see https://html.spec.whatwg.org/multipage/input.html#attr-input-accept
 */
export function parseAccept(list: readonly string[]): Accept {
  const entries = list.map((raw): Entry => {
    const text = raw.trim()
    if (extensionGrammar.test(text)) {
      const extension = text.slice(1).toLowerCase()
      // Of `.tar.gz` the bytes can only tell the gzip.
      return { extension, means: typeOfExtension(extension.slice(extension.lastIndexOf(".") + 1)) }
    }
    if (!typeGrammar.test(text)) {
      throw new TypeError(`sticky-uploads: accept has "${raw}"; an entry is ".ext", "type/*" or "type/subtype"`)
    }
    if (text === "*/*") return { family: "" }
    return text.endsWith("/*") ? { family: text.slice(0, -1).toLowerCase() } : { type: normalizeType(text) }
  })
  return { list: list.map((raw) => raw.trim()), entries }
}

function acceptsType(entry: Entry, type: string): boolean {
  if ("family" in entry) return type.startsWith(entry.family)
  return type === ("type" in entry ? entry.type : entry.means)
}

/**
 * Judges what a browser says of a file, before its bytes are read. Lenient, as browsers are wrong (Windows calls a CSV
 * an Excel sheet or gives no type at all): the extension may speak where the type does not fit.
 */
export function acceptsClaimed(accept: Accept, file: { name: string; type: string }): boolean {
  const name = file.name.toLowerCase()
  const claims = [normalizeType(file.type), typeOfExtension(extensionOf(name))]
  return accept.entries.some(
    (entry) =>
      claims.some((type) => type !== undefined && acceptsType(entry, type)) ||
      ("extension" in entry && name.endsWith(`.${entry.extension}`)),
  )
}

/**
 * Writes what `acceptsClaimed` takes as a pattern over `type;name` (without regard to case), for a browser, which then
 * needs no table of types.
 */
export function acceptPattern(accept: Accept): string {
  const literal = (text: string) => text.replace(/[.*+?^$|()[\]{}\\]/g, "\\$&")
  const exact = (name: string) => (name.startsWith(".") ? `${literal(name)}$` : `^${literal(name)};`)
  const all = namesOf(() => true)
  const alternatives = accept.entries.flatMap((entry) => {
    const names = namesOf((type) => acceptsType(entry, type))
    if ("extension" in entry)
      return [`.${entry.extension}`, typeOfExtension(entry.extension) ?? [], names].flat().map(exact)
    if ("type" in entry) return [entry.type, ...names].map(exact)
    // Some aliases are named after one family and mean a type of another.
    const strangers = all.filter((name) => name.startsWith(entry.family) && !names.includes(name))
    const but = strangers.map((name) => literal(`${name};`)).join("|")
    return [
      `^${but && `(?!${but})`}${literal(entry.family)}`,
      ...names.filter((name) => !name.startsWith(entry.family)).map(exact),
    ]
  })
  return [...new Set(alternatives)].join("|")
}

// Types that many formats share: bytes of no known magic, and containers of who knows what (`.gpx`, `.kmz`, `.jar`).
const genericTypes = new Set([
  "application/octet-stream",
  "text/plain",
  "application/xml",
  "application/zip",
  "application/x-cfb",
])

/**
 * Judges the type that the bytes gave. The name counts only for an extension whose format nobody can tell from bytes:
 * one that is not in our table, on a file whose bytes are of a type that many formats share.
 */
export function acceptsSniffed(accept: Accept, file: { name: string; type: string }): boolean {
  const name = file.name.toLowerCase()
  const type = normalizeType(file.type)
  return accept.entries.some(
    (entry) =>
      acceptsType(entry, type) ||
      ("extension" in entry &&
        entry.means === undefined &&
        genericTypes.has(type) &&
        name.endsWith(`.${entry.extension}`)),
  )
}
