import type { IncomingMessage } from "node:http"

/** The value of a cookie of a request. */
export function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(headers.cookie ?? "")?.[1]
}
