import type { IncomingMessage } from "node:http"
import type { RequestHandler } from "express"

/**
 * Refuses requests that another site made a browser send. SameSite=Lax keeps the session cookie from those already;
 * this also covers sites of the same registrable domain, and the login, which needs no cookie.
 */
export const sameOriginOnly: RequestHandler = (request, response, next) => {
  if (isSafe(request.method) || isSameOrigin(request)) return next()
  response.status(403).set("Connection", "close").type("text/plain").send("This request came from another site.\n")
}

function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS"
}

/** Sec-Fetch-Site where the browser sends it, else Origin against Host; a client with neither is no browser. */
function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"]
  if (site !== undefined) return site === "same-origin" || site === "none"
  if (headers.origin === undefined) return true
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host
}
