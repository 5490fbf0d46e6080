import { createHash } from "node:crypto"
import { cookies } from "next/headers"

/** What procedures and upload rules may know of a request. */
export interface Context {
  visitor: string | null
}

/** Tells who asks, in route handlers, in server actions and in pages alike. */
export async function createContext(): Promise<Context> {
  const cookie = (await cookies()).get("visitor")?.value
  // Tokens name their person, and may get into logs: the cookie itself, which lets in, does not.
  return { visitor: cookie ? createHash("sha256").update(cookie).digest("base64url") : null }
}
