/** A part of a body: a text field or a file. */
export type PartToSend = { name: string; text: string } | { name: string; filename: string; bytes: Uint8Array }

const boundary = "----sticky-endurance-boundary"
export const multipartType = `multipart/form-data; boundary=${boundary}`

const quoted = (text: string) => text.replace(/["\r\n]/g, (each) => encodeURIComponent(each))

/** Writes a multipart body. */
export function multipart(parts: readonly PartToSend[]): Buffer {
  const written = parts.flatMap((part) => {
    const isFile = "bytes" in part
    const filename = isFile ? `; filename="${quoted(part.filename)}"` : ""
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(part.name)}"${filename}\r\n\r\n`
    return [Buffer.from(head), isFile ? part.bytes : Buffer.from(part.text), Buffer.from("\r\n")]
  })
  return Buffer.concat([...written, Buffer.from(`--${boundary}--\r\n`)])
}

/** Writes a request's head. */
export function head(method: string, path: string, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ Host: "127.0.0.1", ...headers }).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n")
}

/** Writes a chunk of a body that does not say how long it is; the empty one ends it. */
export function chunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")])
}

/** A whole multipart request. */
export function formRequest(
  path: string,
  parts: readonly PartToSend[],
  headers: Readonly<Record<string, string>>,
): Buffer {
  const body = multipart(parts)
  const all = { ...headers, "Content-Type": multipartType, "Content-Length": body.length }
  return Buffer.concat([Buffer.from(head("POST", path, all)), body])
}
