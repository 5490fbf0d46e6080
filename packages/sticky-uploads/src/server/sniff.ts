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
  "text/plain": (type) => /^text\/|json$|yaml$|sql$|xml$/.test(type),
}

const decoder = new TextDecoder("utf-8", { fatal: true })

/** Text is UTF-8 (or UTF-16 with its mark) without the control characters that no text has. */
function looksLikeText(head: Uint8Array, isWhole: boolean): boolean {
  if (head.length === 0) return false
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return false
  try {
    decoder.decode(isWhole ? head : head.subarray(0, lastWholeCharacter(head)))
    return true
  } catch {
    return false
  }
}

/** Where the last UTF-8 character that may be cut off begins. */
function lastWholeCharacter(head: Uint8Array): number {
  let at = head.length
  while (at > head.length - 4 && at > 0 && ((head[at - 1] as number) & 0xc0) === 0x80) at -= 1
  return ((head[at - 1] as number) & 0xc0) === 0xc0 ? at - 1 : head.length
}

/** The type that a text says of itself in its first words, whatever it is called. */
function textType(head: Uint8Array): string {
  const start = Buffer.from(head.subarray(0, 1024))
    .toString("latin1")
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart()
    .toLowerCase()
  if (/^(?:<!--[\s\S]*?-->\s*)?<(?:!doctype html|html|head|body|script|iframe)\b/.test(start)) return "text/html"
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)?(?:<!doctype svg[^>]*>\s*)?<svg\b/.test(start))
    return "image/svg+xml"
  return start.startsWith("<?xml") ? "application/xml" : "text/plain"
}

/**
 * Names the media type of a file from its first bytes. Text and CSV have no magic: bytes that read as text are
 * `text/plain`, or the text type that the name's extension means. Bytes of no known format are
 * `application/octet-stream`. What the client claimed as a type is not asked at all (P3).
 */
export async function sniff(head: Uint8Array, name: string, isWhole: boolean): Promise<string> {
  const magic = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime
  let type = magic ? normalizeType(magic) : ""
  if (type === "" || type === "application/xml") {
    type = looksLikeText(head, isWhole) ? textType(head) : type || "application/octet-stream"
  }
  const claimed = typeOfExtension(extensionOf(name))
  return claimed !== undefined && families[type]?.(claimed) ? claimed : type
}
