/** What all bodies of the corpus are divided by, unless a case is about that. */
export const boundary = "----sticky-uploads-corpus"
export const multipartType = `multipart/form-data; boundary=${boundary}`

/** One part, with the boundary before it. */
export function part(head: string | Uint8Array, content: string | Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`--${boundary}\r\n`),
    Buffer.from(head),
    Buffer.from("\r\n\r\n"),
    Buffer.from(content),
    Buffer.from("\r\n"),
  ])
}

export const closing = Buffer.from(`--${boundary}--\r\n`)

export const body = (...parts: Uint8Array[]): Buffer => Buffer.concat([...parts, closing])

/** The head of a file's part, as a browser writes it; the name goes in as it is. */
export const fileHead = (name: string, filename: string, type = "application/octet-stream") =>
  `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: ${type}`

export const textHead = (name: string) => `Content-Disposition: form-data; name="${name}"`
