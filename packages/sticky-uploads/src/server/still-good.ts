import type { ResolvedOptions } from "./options.js"
import { ownClaims } from "./own-claims.js"
import { raise } from "./raise.js"
import { presenceOf, presenceRefusal, stagedKey } from "./staging.js"
import { readVerdict } from "./verdict.js"

/**
 * Refuses a token that whoever brings it could no longer submit. Looks, and changes nothing: a file that is still being
 * inspected is not waited for, and one that a call is using right now may yet stay.
 * @throws StickyError of the token or its file, as at submit
 */
export async function refuseUnlessGood<Context>(
  options: ResolvedOptions<Context>,
  target: string,
  subject: string | undefined,
  token: unknown,
): Promise<void> {
  const claims = ownClaims(options, target, subject, token)
  const storage = options.storageOf(target)
  const ofInspection = claims.pending && (await readVerdict(storage, stagedKey(claims)))?.refusal
  const refusal = ofInspection || presenceRefusal(await presenceOf(storage, claims), claims.name)
  if (refusal) raise(refusal)
}
