import type { IncomingMessage, ServerResponse } from "node:http"
import { english, StickyError } from "../index.js"

/**
 * Makes a fetch request of one of Node's own, for hosts that have none, such as Fastify: its body is not read before somebody
 * does, and its signal aborts when the client goes before the answer.
 * @throws StickyError `body_used` when something has read from it already.
 */
export function requestOf(req: IncomingMessage, res: ServerResponse): Request {
  if (req.readableDidRead) throw new StickyError("body_used", {}, english.body_used({}))
  const gone = new AbortController()
  if (res.destroyed) gone.abort()
  else res.once("close", () => res.writableFinished || gone.abort())
  const { method = "GET" } = req
  const hasBody = method !== "GET" && method !== "HEAD" && !req.destroyed
  const init = {
    method,
    headers: Object.entries(req.headers).map(([name, value]) => [name, `${value}`] as [string, string]),
    signal: gone.signal,
    // Node's fetch takes what can be iterated for a body, and asks for no more of it than is read.
    body: hasBody ? (req as unknown as ReadableStream) : null,
    duplex: "half" as const,
  }
  return new Request(urlOf(req), init)
}

/** An address that cannot be read leads nowhere. */
function urlOf({ url = "/", headers, socket }: IncomingMessage): string {
  const origin = `${"encrypted" in socket ? "https" : "http"}://${headers.host}`
  return [`${origin}${url}`, url].find((each) => URL.canParse(each)) ?? "http://nowhere.invalid"
}
