import { type BodyKind, boundary, contentOf } from "./content.js"

/**
 * How a subject takes a file: the bytes alone, as a form's part, as an upload of tus that begins with all its bytes, or from
 * its own disk, so that it is only told which.
 */
export type Wire = "plain" | "multipart" | "tus" | "local"

export interface FileRequest {
  port: number
  path: string
  wire: Wire
  kind: BodyKind
  fileBytes: number
}

const partHead =
  `--${boundary}\r\nContent-Disposition: form-data; name="upload"; filename="upload.bin"\r\n` +
  "Content-Type: application/octet-stream\r\n\r\n"
const closing = `\r\n--${boundary}--\r\n`

/** What a file is called that a subject has on its own disk. */
export const localName = ({ kind, fileBytes }: Pick<FileRequest, "kind" | "fileBytes">) => `${kind}-${fileBytes}`

const headersOf: Record<Wire, (file: Pick<FileRequest, "kind" | "fileBytes">) => string[]> = {
  plain: () => ["Content-Type: application/octet-stream"],
  multipart: () => [`Content-Type: multipart/form-data; boundary=${boundary}`],
  tus: ({ fileBytes }) => [
    "Tus-Resumable: 1.0.0",
    `Upload-Length: ${fileBytes}`,
    "Content-Type: application/offset+octet-stream",
  ],
  local: (file) => [`X-Local-Name: ${localName(file)}`],
}

/** The body of a request in the pieces in which it is sent. */
function bodyOf({ wire, kind, fileBytes }: Pick<FileRequest, "wire" | "kind" | "fileBytes">): Buffer[] {
  if (wire === "local") return []
  const content = contentOf(kind, fileBytes)
  return wire === "multipart" ? [Buffer.from(partHead), ...content, Buffer.from(closing)] : content
}

/** A whole request as a browser's page would send it, in pieces that are ready to be written to a socket. */
export function requestOf(request: FileRequest): Buffer[] {
  const body = bodyOf(request)
  const length = body.reduce((sum, piece) => sum + piece.length, 0)
  const origin = `127.0.0.1:${request.port}`
  const head = [
    `POST ${request.path} HTTP/1.1`,
    `Host: ${origin}`,
    `Origin: http://${origin}`,
    "Sec-Fetch-Site: same-origin",
    ...headersOf[request.wire](request),
    `Content-Length: ${length}`,
    "\r\n",
  ]
  const pieces = [Buffer.from(head.join("\r\n")), ...body]
  // A small request is one piece, and one packet or two.
  return length < 65_536 ? [Buffer.concat(pieces)] : pieces
}
