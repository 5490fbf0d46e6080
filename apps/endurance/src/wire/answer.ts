/** An answer of HTTP/1.1. */
export interface Answer {
  status: number
  body: string
  /** Whether the server ends the connection with it. */
  isLast: boolean
}

/** Where a body ends that begins at `start`, and its bytes; nothing as long as it is not all there. */
function takeBody(received: Buffer, start: number, head: string): { body: Buffer; end: number } | undefined {
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const end = start + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    return received.length < end ? undefined : { body: received.subarray(start, end), end }
  }
  const chunks: Buffer[] = []
  for (let at = start; ; ) {
    const line = received.indexOf("\r\n", at)
    const size = line < 0 ? Number.NaN : Number.parseInt(received.toString("latin1", at, line), 16)
    at = line + 2 + size + 2
    if (Number.isNaN(size) || received.length < at) return undefined
    if (size === 0) return { body: Buffer.concat(chunks), end: at }
    chunks.push(received.subarray(line + 2, at - 2))
  }
}

/** Takes the first whole answer off what a server has sent; nothing as long as it is not all there. */
export function takeAnswer(received: Buffer): { answer: Answer; rest: Buffer } | undefined {
  const headEnd = received.indexOf("\r\n\r\n")
  if (headEnd < 0) return undefined
  const head = received.subarray(0, headEnd).toString("latin1")
  const taken = takeBody(received, headEnd + 4, head)
  if (!taken) return undefined
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1])
  const isLast = /\r\nconnection: *close/i.test(head)
  return { answer: { status, body: taken.body.toString("utf8"), isLast }, rest: received.subarray(taken.end) }
}

/** The members of an answer of JSON; of any other none. */
export function jsonOf({ body }: Answer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** What the endpoint says, the form, or the procedure. */
interface Said {
  is_valid?: boolean
  code?: string
  error?: { data?: { codes?: string[] } }
}

/** How a request ended: an answer, no answer and no connection any more, or no answer in time. */
export type Outcome = Answer | "closed" | "silent"

/** Names an outcome by its status and code: `413 body_too_large`, `200 accepted`, `400 token_used`, `closed`. */
export function nameOf(outcome: Outcome): string {
  if (typeof outcome === "string") return outcome
  const { is_valid: isValid, code, error } = jsonOf(outcome) as Said
  const said = isValid ? "accepted" : (code ?? error?.data?.codes?.join(" ") ?? "")
  return `${outcome.status} ${said}`.trim()
}
