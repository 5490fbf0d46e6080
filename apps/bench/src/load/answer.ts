export interface Answer {
  status: number
  body: string
}

/** Reads an answer of HTTP/1.1 as soon as all of it is there; `ended` says that the server will send no more. */
export function readAnswer(text: string, ended: boolean): Answer | undefined {
  const headEnd = text.indexOf("\r\n\r\n")
  if (headEnd < 0) return undefined
  const head = text.slice(0, headEnd)
  const body = text.slice(headEnd + 4)
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1])
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const isChunked = /\r\ntransfer-encoding: *chunked/i.test(head)
  const isWhole =
    status === 204 ||
    (length !== undefined && body.length >= Number(length)) ||
    (isChunked && /(?:^|\r\n)0\r\n\r\n$/.test(body)) ||
    ended
  return isWhole ? { status, body } : undefined
}
