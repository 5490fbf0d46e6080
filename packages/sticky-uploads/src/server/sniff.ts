import { isUtf8 } from "node:buffer"
import { fileTypeFromBuffer } from "file-type"
import { extensionOf, normalizeType, typeOfExtension } from "../core/media-types.js"

/** The bytes that sniffing looks at: what file-type needs for the formats that forms ask for. */
export const sniffBytes = 4100

// Formats that are a container of another, as their first bytes say it, and the types such a container may turn out to
// be. The name chooses within its family and never out of it.
const families: Readonly<Record<string, (type: string) => boolean>> = {
  "application/zip": (type) => /officedocument|oasis\.opendocument|epub/.test(type),
  "application/x-cfb": (type) => /msword|ms-excel|ms-powerpoint/.test(type),
  "application/xml": (type) => type === "image/svg+xml" || type === "application/xml",
  "text/plain": (type) => /^text\/|\/(?:json|yaml|sql|xml)$/.test(type),
}

// The formats with a magic whose files may be text from end to end.
const textFormats = /^(?:text\/.+|application\/(?:pdf|rtf|postscript|eps|pgp-encrypted))$/

// biome-ignore lint/suspicious/noControlCharactersInRegex: all but tab, line and page breaks, and escape
const controls = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/

/** Whether bytes are UTF-8, but for a last character that the head may have cut in the middle. */
function readsAsUtf8(head: Uint8Array, isWhole: boolean): boolean {
  const { length } = head
  const cut = isWhole ? undefined : [1, 2, 3].find((back) => (head[length - back] ?? 0) >= 0xc0)
  return isUtf8(head.subarray(0, length - (cut ?? 0)))
}

function decodedUtf16(head: Uint8Array, encoding: string, isWhole: boolean): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(head, { stream: !isWhole })
  } catch {
    return undefined
  }
}

/** The first characters of a text, if the bytes are one: UTF-8, or UTF-16 with its mark. */
function decoded(head: Uint8Array, isWhole: boolean): string | undefined {
  const mark = ((head[0] ?? 0) << 8) | (head[1] ?? 0)
  let text: string | undefined
  if (mark === 0xfffe || mark === 0xfeff) text = decodedUtf16(head, mark === 0xfffe ? "utf-16le" : "utf-16be", isWhole)
  // A decoder, made anew for each file, would cost more than all the rest of sniffing.
  else if (readsAsUtf8(head, isWhole)) text = Buffer.from(head).toString()
  return text === undefined || controls.test(text) ? undefined : text
}

/** The first characters of what may be text of an older encoding (Windows-1252, Shift_JIS): only the lack of controls says so. */
function legacyText(head: Uint8Array): string | undefined {
  const text = Buffer.from(head).toString("latin1")
  return controls.test(text) ? undefined : text
}

/** The type that a text says of itself in its first words, whatever it is called. */
function textType(text: string): string {
  const start = text
    .slice(0, 1024)
    .trimStart()
    .toLowerCase()
    .replace(/^<\?xml[^>]*>\s*/, "<?xml>")
    .replace(/^(<\?xml>)?(?:<!--(?:(?!-->)[\s\S])*-->\s*)+/, "$1")
  if (/^<(?:!doctype html|html|head|body|script|iframe)\b/.test(start)) return "text/html"
  if (/^(?:<\?xml>)?<(?:!doctype )?svg\b/.test(start)) return "image/svg+xml"
  return start.startsWith("<?xml") ? "application/xml" : "text/plain"
}

/** A format's type, as its magic says it. */
async function magicType(head: Uint8Array): Promise<string | undefined> {
  const mime = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime
  // file-type leaves out the hyphen, and so takes a text about PDF for one.
  if (
    mime === "application/pdf" &&
    !/^(?:\xef\xbb\xbf)?%PDF-/.test(Buffer.from(head.subarray(0, 8)).toString("latin1"))
  )
    return undefined
  return mime && normalizeType(mime)
}

/**
 * Names the media type of a file from its first bytes. Text and CSV have no magic: bytes that read as text are
 * `text/plain`, or the text type that the name's extension means. Bytes of no known format are
 * `application/octet-stream`. What the client claimed as a type is not asked at all (P3).
 *
 * Many a magic is two or three letters, and a text may begin with them ("BMI,weight", "MAC address"). A file of such a
 * format has bytes that no text has; so where all bytes read as text, only the magic of a text format is believed.
 */
export async function sniff(head: Uint8Array, name: string, isWhole: boolean): Promise<string> {
  const magic = await magicType(head)
  const text = decoded(head, isWhole)
  const believed = magic !== undefined && (text === undefined || textFormats.test(magic)) ? magic : undefined
  const read = text ?? legacyText(head)
  const type = believed ?? (read === undefined ? "application/octet-stream" : textType(read))
  const claimed = typeOfExtension(extensionOf(name))
  return claimed !== undefined && families[type]?.(claimed) ? claimed : type
}
