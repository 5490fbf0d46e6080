import type { IncomingMessage } from "node:http"
import type { Response } from "express"
import { sessionSeconds } from "./sessions.js"

const name = "session"

// No `secure`: the example listens on 127.0.0.1 without TLS. A deployed app sets it.
const attributes = { httpOnly: true, sameSite: "lax", path: "/" } as const

/** Gives the session id a request carries, or undefined. */
export function readSessionCookie(request: IncomingMessage): string | undefined {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const [key, value] = pair.trim().split("=", 2)
    if (key === name && value) return value
  }
  return undefined
}

export function setSessionCookie(response: Response, id: string): void {
  response.cookie(name, id, { ...attributes, maxAge: sessionSeconds * 1000 })
}

export function clearSessionCookie(response: Response): void {
  response.clearCookie(name, attributes)
}
