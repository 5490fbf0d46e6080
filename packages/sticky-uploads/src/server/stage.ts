import type { FileRefusalCode, StickyError } from "../core/errors.js"
import { isStickyError } from "../core/errors.js"
import type { Storage } from "../core/storage.js"
import type { StickyToken, TokenClaims } from "../core/token.js"
import { displayName } from "./display-name.js"
import { newId } from "./id.js"
import { type Facts, inspect } from "./inspect.js"
import type { ResolvedOptions } from "./options.js"
import type { Pass } from "./quotas.js"
import { raise } from "./raise.js"
import type { Target } from "./registry.js"
import { stagedKey } from "./staging.js"
import { within } from "./within.js"

/** A file that waits in its storage, and the token that stands for it. */
export interface StagedUpload {
  token: StickyToken
  claims: TokenClaims
  /** Where it waits. */
  storage: Storage
  /** Its public address, if its storage has one. */
  url(): string | null
  /** Removes the file: its token never reached anyone. */
  undo(): Promise<void>
}

/**
 * Takes a file's bytes into the storage of its target and signs for them, in that order: a token exists only for a file
 * that is whole and stored (P5).
 * @throws StickyError of a refused file, `inspection_failed`; whatever the source or the storage throws. Nothing is left behind then.
 */
export async function stage<Context>(
  options: ResolvedOptions<Context>,
  { target, limits }: Target,
  file: {
    content: AsyncIterable<Uint8Array>
    filename: string
    pass: Pass
    /** Whether its inspection is waited for, as long as one is. */
    isAwaited: boolean
    /** How long its storage may take, whoever is slow. */
    maxSeconds: number
  },
): Promise<StagedUpload> {
  const name = displayName(file.filename)
  const id = { ...(options.name === undefined ? {} : { iss: options.name }), jti: newId() }
  const key = stagedKey(id)
  const storage = options.storageOf(target)
  const facts: Facts = { size: 0, type: "" }
  // Asynchronous, so that a storage that throws at once rejects like any other.
  const write = async () => storage.write(key, inspect(file.content, name, limits, facts, options.checksum))
  const remove = async () => storage.remove(key)
  const written = await options.follow({ name: "write", target, storage: storage.name }, () =>
    within(file.maxSeconds, { storage, operation: "write" }, write(), () => {
      remove().catch(options.onError)
    }),
  )
  const { person } = file.pass
  const iat = Math.floor(Date.now() / 1000)
  file.pass.keep(facts.size)
  const undo = async () => {
    await within(file.maxSeconds, { storage, operation: "remove" }, remove())
    options.inspections?.drop(id)
    options.quotas.giveBack({ ...person, size: facts.size, iat })
  }
  try {
    // Whatever a storage says: one that did not read to the end does not have the file.
    const { isWhole, ...seen } = facts
    if (!isWhole || written?.size !== facts.size) {
      throw new Error(`storage "${storage.name}" did not store the ${facts.size} bytes that it was given`)
    }
    const claims: TokenClaims = {
      ...id,
      aud: target,
      ...person,
      iat,
      exp: iat + options.expiresInSeconds,
      name,
      ...seen,
    }
    const inspected = await options.inspections?.begin(storage, claims, file.isAwaited)
    if (inspected === "pending") claims.pending = true
    else if (inspected !== undefined && inspected !== "passed") raise(inspected)
    return { token: options.keyring.sign(claims), claims, storage, url: () => storage.url?.(key) ?? null, undo }
  } catch (error) {
    await undo().catch(options.onError)
    throw error
  }
}

/** Tells a file that may not be what its field takes from everything that can go wrong around it. */
export function isFileRefusal(error: unknown): error is StickyError<FileRefusalCode> {
  return isStickyError(error) && error.code.startsWith("file_")
}
