import type { TokenClaims } from "../../src/core/token.js"

/** What a token says, read as anyone can read it. */
export function claimsOf(token: string): TokenClaims {
  return JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString())
}
