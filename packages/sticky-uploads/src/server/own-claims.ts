import { refuse } from "../core/errors.js"
import type { TokenClaims } from "../core/token.js"
import type { ResolvedOptions } from "./options.js"
import { raise } from "./raise.js"

/**
 * Reads a token that somebody brings to the endpoint, for whoever could submit it there.
 * @throws StickyError of the token, as at submit
 */
export function ownClaims<Context>(
  options: ResolvedOptions<Context>,
  target: string,
  subject: string | undefined,
  token: unknown,
): TokenClaims {
  const verified = options.keyring.verify(token)
  if ("refusal" in verified) raise(verified.refusal)
  const { claims } = verified
  if (claims.aud !== target) raise(refuse("token_wrong_target", { issuedFor: claims.aud }))
  if (claims.sub !== subject) raise(refuse("token_wrong_subject", {}))
  return claims
}
