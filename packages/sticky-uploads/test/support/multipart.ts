/** A part as a client writes it: a text field, a file, or any header lines at all. */
export type PartToSend =
  | { name: string; text: string }
  | { name: string; filename: string; bytes: string | Uint8Array; type?: string }
  | { head: string | Uint8Array; bytes: string | Uint8Array }

const quoted = (text: string) => text.replace(/"/g, "%22")

function headOf(part: PartToSend): string | Uint8Array {
  if ("head" in part) return part.head
  const name = `Content-Disposition: form-data; name="${quoted(part.name)}"`
  if ("text" in part) return name
  return `${name}; filename="${quoted(part.filename)}"\r\nContent-Type: ${part.type ?? "application/octet-stream"}`
}

export const boundary = "----sticky-test-boundary"
export const multipartType = `multipart/form-data; boundary=${boundary}`

/** Writes a multipart body byte for byte, so that a test may also write a wrong one. */
export function multipart(...parts: PartToSend[]): Buffer {
  return Buffer.concat([...parts.map(partBytes), Buffer.from(`--${boundary}--\r\n`)])
}

/** One part with the boundary before and the line break after it. */
export function partBytes(part: PartToSend): Buffer {
  const bytes = "text" in part ? part.text : part.bytes
  return Buffer.concat([
    Buffer.from(`--${boundary}\r\n`),
    Buffer.from(headOf(part)),
    Buffer.from("\r\n\r\n"),
    Buffer.from(bytes),
    Buffer.from("\r\n"),
  ])
}

/** A file that begins as a PNG does, of just so many bytes. */
export function png(bytes = 200): Buffer {
  const head = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex")
  return Buffer.concat([head, Buffer.alloc(Math.max(0, bytes - head.length), 1)])
}

export const file = (name: string, filename: string, bytes: string | Uint8Array, type?: string): PartToSend => ({
  name,
  filename,
  bytes,
  ...(type === undefined ? {} : { type }),
})

export const upload = (bytes: string | Uint8Array, filename = "a.png") => file("upload", filename, bytes)
export const text = (name: string, value: string): PartToSend => ({ name, text: value })
