import { type Refusal, refuse } from "../core/errors.js"
import { stickyError } from "../core/messages.js"
import type { Storage } from "../core/storage.js"
import type { TokenClaims } from "../core/token.js"
import { type Lease, markerOf, takeLease } from "./lease.js"
import { raise } from "./raise.js"

/** What tells one staged file from all others. */
export type StagedId = Pick<TokenClaims, "iss" | "jti">

/**
 * What the keys of a sticky's staged files begin with. It keeps them apart from promoted files and from those of other
 * stickies, whose tokens may live longer: the sweeper removes nothing else, even where all share a storage.
 */
export const stagedMark = (issuer: string | undefined): string =>
  issuer === undefined ? "staged." : `staged-${issuer}.`

/** Tells the keys of all stickies' staged files from those of promoted ones. */
export const isStagedKey = (key: string): boolean => /^staged(-[A-Za-z0-9_-]{1,64})?\./.test(key)

/** The key a staged file waits under. */
export const stagedKey = ({ iss, jti }: StagedId): string => `${stagedMark(iss)}${jti}`

/** What has become of a staged file. */
export type Presence = "here" | "used" | "gone"

export async function presenceOf(storage: Storage, id: StagedId): Promise<Presence> {
  const key = stagedKey(id)
  if (await storage.stat(key)) return "here"
  return (await storage.stat(markerOf(key, 1))) ? "used" : "gone"
}

export function presenceRefusal(presence: Presence, name: string): Refusal | undefined {
  if (presence === "here") return undefined
  return presence === "used" ? refuse("token_used", { name }) : refuse("token_gone", { name })
}

/**
 * Takes a staged file for one call.
 * @throws StickyError `token_used`, `token_gone`, `token_busy`
 */
export async function claim(storage: Storage, claims: TokenClaims): Promise<Lease> {
  const { name } = claims
  // Asked before a marker is written, so that replays of a used token leave none, and again after it, as the file may
  // have been used meanwhile.
  const refuseUnlessHere = async () => {
    const refusal = presenceRefusal(await presenceOf(storage, claims), name)
    if (refusal) raise(refusal)
  }
  await refuseUnlessHere()
  const lease = await takeLease(storage, stagedKey(claims))
  if (!lease) {
    await refuseUnlessHere()
    throw stickyError("token_busy", { name })
  }
  try {
    if ((await presenceOf(storage, claims)) === "here") return lease
  } catch (error) {
    await lease.release().catch(() => undefined)
    throw error
  }
  // Discarded meanwhile, it must not come to look used for the marker just written; used, its own marker stays.
  await lease.release()
  raise(presenceRefusal(await presenceOf(storage, claims), name) ?? refuse("token_gone", { name }))
}
