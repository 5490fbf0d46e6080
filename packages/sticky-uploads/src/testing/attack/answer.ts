/** An answer as it came over the wire. */
export interface AttackAnswer {
  status: number
  /** By names in lower case. */
  headers: Readonly<Record<string, string>>
  body: string
}

const headEnd = "\r\n\r\n"

/** Reads chunked content (RFC 9112 7.1), or `undefined` while its last chunk is not there. */
function readChunks(bytes: Buffer): { content: Buffer; length: number } | undefined {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16)
    at = lineEnd + 2
    if (!(size > 0)) {
      const end = bytes.indexOf("\r\n", at)
      return end < 0 ? undefined : { content: Buffer.concat(chunks), length: end + 2 }
    }
    if (bytes.length < at + size + 2) return undefined
    chunks.push(bytes.subarray(at, at + size))
    at += size + 2
  }
}

/**
 * Takes the first whole answer off the bytes that came; interim ones (100) are passed over.
 * @param isEnded whether nothing more can come, which ends an answer that does not say how long it is.
 */
export function readAnswer(bytes: Buffer, isEnded: boolean): { answer: AttackAnswer; rest: Buffer } | undefined {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return undefined
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n")
  const status = Number(statusLine.split(" ")[1])
  const after = bytes.subarray(end + headEnd.length)
  if (status >= 100 && status < 200) return readAnswer(after, isEnded)
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  )
  const { "content-length": declared, "transfer-encoding": encoding } = headers
  const chunked = encoding === undefined ? undefined : readChunks(after)
  const isEmpty = status === 204 || status === 304
  const known = isEmpty ? 0 : encoding === undefined ? declared && Number(declared) : chunked?.length
  const length = known || known === 0 ? known : isEnded ? after.length : undefined
  if (length === undefined || after.length < length) return undefined
  const body = (chunked?.content ?? after.subarray(0, length)).toString("utf8")
  return { answer: { status, headers, body }, rest: after.subarray(length) }
}
