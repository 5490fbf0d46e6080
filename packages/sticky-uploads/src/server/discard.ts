import { isStickyError } from "../core/errors.js"
import type { StickyToken } from "../core/token.js"
import { isOurs } from "./observers.js"
import type { ResolvedOptions } from "./options.js"
import { ownClaims } from "./own-claims.js"
import { claim, presenceOf, stagedKey } from "./staging.js"

/**
 * Removes a staged file for whoever could submit it. A file that is gone already is no error; one that a call is using
 * right now is.
 * @throws StickyError of the token, as at submit; `token_busy`
 */
export async function discard<Context>(
  options: ResolvedOptions<Context>,
  target: string,
  subject: string | undefined,
  token: unknown,
): Promise<void> {
  const claims = ownClaims(options, target, subject, token)
  const storage = options.storageOf(target)
  if ((await presenceOf(storage, claims)) !== "here") return
  const lease = await claim(storage, claims).catch((error: unknown) => {
    if (isStickyError(error, "token_gone") || isStickyError(error, "token_used")) return undefined
    throw error
  })
  if (!lease) return
  try {
    await storage.remove(stagedKey(claims))
    options.inspections?.drop(claims)
    options.quotas.giveBack(claims)
  } finally {
    await lease.release()
  }
}

/** Removes a staged file whose upload was sent again: unless somebody uses it all the same, nobody has its token. */
export async function discardUnheard<Context>(options: ResolvedOptions<Context>, token: StickyToken): Promise<void> {
  const verified = options.keyring.verify(token)
  if ("refusal" in verified) return
  const { aud, sub } = verified.claims
  try {
    await discard(options, aud, sub, token)
  } catch (error) {
    if (!isStickyError(error) || isOurs(error.code)) throw error
  }
}
