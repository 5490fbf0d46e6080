import type { FileRefusalCode, StickyError } from "../core/errors.js"
import { isStickyError } from "../core/errors.js"
import type { StickyToken, TokenClaims } from "../core/token.js"
import { displayName } from "./display-name.js"
import { newId } from "./id.js"
import { type Facts, inspect } from "./inspect.js"
import type { ResolvedOptions } from "./options.js"
import type { Target } from "./registry.js"
import { stagedKey } from "./staging.js"

/** A file that waits in its storage, and the token that stands for it. */
export interface StagedUpload {
  token: StickyToken
  claims: TokenClaims
  /** Removes the file: its token never reached anyone. */
  undo(): Promise<void>
}

/**
 * Takes a file's bytes into the storage of its target and signs for them, in that order: a token exists only for a file
 * that is whole and stored (P5).
 * @throws StickyError of a refused file; whatever the source or the storage throws. Nothing is left behind then.
 */
export async function stage<Context>(
  options: ResolvedOptions<Context>,
  { target, limits }: Target,
  file: { content: AsyncIterable<Uint8Array>; filename: string; subject: string | undefined },
): Promise<StagedUpload> {
  const name = displayName(file.filename)
  const jti = newId()
  const key = stagedKey(jti)
  const storage = options.storageOf(target)
  const facts: Facts = { size: 0, type: "" }
  const { size } = await storage.write(key, inspect(file.content, name, limits, facts, options.checksum))
  const undo = () => storage.remove(key)
  try {
    if (size !== facts.size) throw new Error(`storage "${storage.name}" stored ${size} of ${facts.size} bytes`)
    const iat = Math.floor(Date.now() / 1000)
    const claims: TokenClaims = {
      aud: target,
      ...(file.subject === undefined ? {} : { sub: file.subject }),
      jti,
      iat,
      exp: iat + options.expiresInSeconds,
      name,
      ...facts,
    }
    return { token: options.keyring.sign(claims), claims, undo }
  } catch (error) {
    await undo()
    throw error
  }
}

/** Tells a file that may not be what its field takes from everything that can go wrong around it. */
export function isFileRefusal(error: unknown): error is StickyError<FileRefusalCode> {
  return isStickyError(error) && error.code.startsWith("file_")
}
