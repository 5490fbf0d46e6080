import { type Refusal, refuse } from "../../core/errors.js"
import type { TokenClaims } from "../../core/token.js"
import { type ResolvedOptions, seconds } from "../options.js"
import { raise } from "../raise.js"

/** What a staged file may be looked at by, for a while. */
export interface PreviewReference {
  /**
   * The last part of the address, as `stickyPreview` serves it: `/previews/${reference}`. No token: nothing can be
   * submitted with it. Readable to whoever sees the address, as a token is.
   */
  reference: string
  expiresAt: Date
}

/**
 * Makes the reference of a token's file for the person to whom the token was issued.
 * @throws StickyError of the token, as at submit; `preview_forbidden` where nobody is known.
 * @throws TypeError when the sticky knows no subjects.
 */
export function createReference<Context>(
  options: ResolvedOptions<Context>,
  token: string,
  { ctx, expiresInSeconds = 600 }: { ctx: Context; expiresInSeconds?: number | undefined },
): PreviewReference {
  if (!options.hasSubjects) {
    throw new TypeError("sticky-uploads: previews need subject: without it nobody can be told from anybody else")
  }
  const subject = options.subjectOf(ctx) || raise(refuse("preview_forbidden", {}))
  const verified = options.keyring.verify(token)
  if ("refusal" in verified) raise(verified.refusal)
  const { claims } = verified
  if (claims.sub !== subject) raise(refuse("token_wrong_subject", {}))
  const wanted = Math.floor(Date.now() / 1000) + Math.ceil(seconds("expiresInSeconds", expiresInSeconds))
  const exp = Math.min(wanted, claims.exp)
  return { reference: options.previewKeyring.sign({ ...claims, exp }), expiresAt: new Date(exp * 1000) }
}

/**
 * Reads what a reference says of its file.
 * @throws StickyError `preview_unknown`, `preview_expired`
 */
export function readReference<Context>(options: ResolvedOptions<Context>, reference: string): TokenClaims {
  const verified = options.previewKeyring.verify(reference)
  if ("claims" in verified) return verified.claims
  raise(previewRefusal(verified.refusal))
}

/** Of an address nobody is told in which way it is wrong. */
function previewRefusal({ code, details }: Refusal): Refusal {
  return code === "token_expired" ? refuse("preview_expired", details) : refuse("preview_unknown", {})
}
