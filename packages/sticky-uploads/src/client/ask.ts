import { tokenHeader, type UploadRefused } from "../core/protocol.js"
import type { TransportOptions } from "./transport.js"

/** What the endpoint says of a token for good: that it could be submitted, or why not. */
interface Said {
  readonly refusal?: UploadRefused
}

/** Asks the endpoint whether a token could still be submitted. Resolves to nothing where it cannot say so right now. */
export async function ask(
  url: string,
  token: string,
  { headers, withCredentials }: TransportOptions,
): Promise<Said | undefined> {
  try {
    const given = typeof headers === "function" ? headers() : headers
    const answer = await fetch(url, {
      headers: { ...given, Accept: "application/json", [tokenHeader]: token },
      credentials: withCredentials ? "include" : "same-origin",
    })
    if (answer.status === 204) return {}
    const refusal: UploadRefused = await answer.json()
    // Whoever was logged out may log in again, and a file that is in use or being inspected may yet stay.
    return /^(file|token)_(?!busy|pending)/.test(refusal.code) ? { refusal } : undefined
  } catch {
    // No network, or an answer that is none of ours.
    return undefined
  }
}
