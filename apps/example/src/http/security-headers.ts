import type { RequestHandler } from "express"

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Previews are made in the browser.
  "img-src 'self' blob:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ")

/** Headers of every answer: only our own scripts and styles, no framing, no guessing of types, no caching of what is personal. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
  })
  next()
}
