import { type Refusal, statusOf } from "../core/errors.js"
import type { UploadAnswer, UploadRefused } from "../core/protocol.js"
import type { StickyAnswer, StickyRequest } from "./exchange.js"
import type { Say } from "./words.js"

const unavailableSeconds = 5
const lingerBytes = 1_048_576
const lingerMs = 2000
const stillMs = 250
const keepAliveBytes = 65_536

/** The body of a refusal, in the shape of the wire. */
export function refusedAnswer(refusal: Refusal, say: Say): UploadRefused {
  const { code, details } = refusal
  return { is_valid: false, errors: { upload: [say(refusal)] }, code, details: { ...details } }
}

/** When to come again, where a refusal knows it, or may soon be over. */
export function retryAfter({ code, details }: Refusal): Readonly<Record<string, string>> {
  if ("retrySeconds" in details) return { "Retry-After": `${details.retrySeconds}` }
  return statusOf[code] === 503 ? { "Retry-After": `${unavailableSeconds}` } : {}
}

/** What an answer carries. */
interface Body {
  type: string
  text: string
}

export const jsonBody = (answer: UploadAnswer): Body => ({
  type: "application/json; charset=utf-8",
  text: JSON.stringify(answer),
})
export const htmlBody = (text: string): Body => ({ type: "text/html; charset=utf-8", text })

// Nobody may store an answer or guess its type (P9).
export const guarded = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" }

/** Returns the text, which leaves in one write with the head; its bytes would leave in two. */
function writeHead(
  res: StickyAnswer,
  status: number,
  { type, text }: Body,
  headers: Readonly<Record<string, string>>,
): string {
  res.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text), ...guarded, ...headers })
  return text
}

/** Answers 204. */
export function sendNothing(res: StickyAnswer, headers: Readonly<Record<string, string>> = {}): void {
  res.writeHead(204, { ...guarded, ...headers }).end()
}

export function sendJson(res: StickyAnswer, status: number, body: UploadAnswer): void {
  res.end(writeHead(res, status, jsonBody(body), {}))
}

/** Whether more of the request is under way than Node throws away by itself to keep the connection. */
function isStillSending(req: StickyRequest): boolean {
  const { "content-length": length, "transfer-encoding": chunked } = req.headers
  if (req.complete || req.destroyed) return false
  return chunked !== undefined || Number(length ?? 0) > keepAliveBytes
}

/**
 * Answers a request whose body was not read to its end, so that a browser that is still sending gets to read the
 * answer: the connection is closed, but only after what is under way was thrown away, up to 1 MiB or two seconds.
 * Closing at once would reset it, and a reset can overtake the answer (P4). Then it is held still for a moment: nginx, which
 * does not look for an answer as long as it can send on, has to wait and finds it.
 */
export function sendRefusal(
  req: StickyRequest,
  res: StickyAnswer,
  status: number,
  body: Body,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (!isStillSending(req)) {
    res.end(writeHead(res, status, body, headers))
    // Thrown away, whoever paused it: the connection's next request waits behind it.
    req.resume()
    return
  }
  // With Content-Length bytes sent the answer is whole; Node closes the socket only at the end.
  res.write(writeHead(res, status, body, { ...headers, Connection: "close" }))
  let dropped = 0
  const drop = (chunk: Uint8Array) => {
    dropped += chunk.length
    if (dropped <= lingerBytes) return
    req.off("data", drop).pause()
    clearTimeout(timer)
    timer = setTimeout(finish, stillMs)
  }
  const finish = () => {
    clearTimeout(timer)
    req.off("data", drop).off("end", finish).off("close", finish)
    req.pause()
    res.end()
  }
  let timer = setTimeout(finish, lingerMs)
  req.on("data", drop).once("end", finish).once("close", finish).resume()
}
