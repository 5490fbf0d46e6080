import { parseDisposition } from "./content-disposition.js"
import { MultipartError } from "./scanner.js"

/** A part of a multipart body. Read it before asking for the next one; what is left unread is skipped. */
export interface Part extends AsyncIterable<Uint8Array> {
  /** The form field's name. */
  name: string
  /** The client's name for the file, as sent; `undefined` for a text field. */
  filename: string | undefined
}

const maxHeaders = 20
const maxNameLength = 1024

/**
 * Reads a part's header block.
 * @throws MultipartError when it does not say which field the part is, or asks for a decoding that browsers never use.
 */
export function readPartHead(head: Buffer): Pick<Part, "name" | "filename"> {
  // A folded line (RFC 5322 2.2.3) belongs to the header before it.
  const lines = head
    .toString("utf8")
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n")
  if (lines.length > maxHeaders)
    throw new MultipartError("a part has too many headers", { limit: "headers in a part", max: maxHeaders })
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(":")
    const key = line.slice(0, colon).trim().toLowerCase()
    if (colon <= 0 || headers.has(key)) throw new MultipartError("a part's headers cannot be read")
    headers.set(key, line.slice(colon + 1).trim())
  }
  const encoding = headers.get("content-transfer-encoding")?.toLowerCase()
  // RFC 7578 4.7 deprecates it; the three that change no byte are harmless.
  if (encoding !== undefined && !["binary", "8bit", "7bit"].includes(encoding)) {
    throw new MultipartError("a part has a Content-Transfer-Encoding")
  }
  const disposition = parseDisposition(headers.get("content-disposition") ?? "")
  if (!disposition) throw new MultipartError("a part does not say which field it is")
  if (disposition.name.length > maxNameLength || (disposition.filename?.length ?? 0) > maxNameLength * 4) {
    throw new MultipartError("a part's name is too long", { limit: "characters in a name", max: maxNameLength })
  }
  return disposition
}
