import { type Refusal, refuse } from "../core/errors.js"
import { checkSniffed } from "../core/limits.js"
import type { StickyScope } from "../core/scope.js"
import { isFile } from "../core/sticky-file.js"
import { matchesPattern, targetOf } from "../core/target.js"
import { type FileClaims, isTokenShaped, type TokenClaims } from "../core/token.js"
import { displayName } from "./display-name.js"
import { existingFile } from "./existing-file.js"
import { type FormToken, readFormToken } from "./existing-tokens.js"
import { type Found, findValues } from "./find-values.js"
import { type Look, lookAt } from "./look.js"
import type { ResolvedOptions } from "./options.js"
import { rawFile } from "./raw-file.js"
import type { Fields } from "./registry.js"
import { stagedFile } from "./staged-file.js"
import { presenceOf, presenceRefusal } from "./staging.js"
import type { Begin, Staged } from "./transaction.js"
import type { Say } from "./words.js"

interface Call {
  /** What the fields are fields of: a procedure, or a named schema. */
  procedure: string
  /** The call's input as it came, before it is parsed. */
  input: unknown
  fields: Fields | undefined
  subject: string | undefined
  say: Say
  begin: Begin
}

/** A scope, and the tokens that the parse took for good. */
export interface OpenScope extends StickyScope {
  resolved(): Iterable<Staged>
}

/**
 * Asks everything about a call's tokens and files that needs waiting, so that the parse that follows only reads the
 * answers: a file that is gone, used or of a wrong type is then an error of its field like any other.
 */
export async function openScope<Context>(options: ResolvedOptions<Context>, call: Call): Promise<OpenScope> {
  const { procedure, fields, subject, say, begin } = call
  const leaves = fields?.leaves ?? []
  const found = findValues(
    call.input,
    leaves.map((leaf) => leaf.path),
  ).filter(({ value }) => isTokenShaped(value) || isFile(value))
  const verified = new Map<string, FormToken>()
  const answers = new Map<string, Refusal | undefined>()
  const looks = new Map<object, Look>()
  const paths = new Map<unknown, Found["path"]>(found.map(({ value, path }) => [value, path]))
  const taken = new Map<string, Staged>()

  /** Once a token and call: the look before the parse and the parse itself see one answer. */
  function verify(token: string): FormToken {
    const known = verified.get(token) ?? readFormToken(options, token)
    verified.set(token, known)
    return known
  }

  /** The fields whose values may stand at a place of the input. */
  const leavesAt = (path: Found["path"]) =>
    leaves.filter((leaf) => matchesPattern(path, leaf.path) || matchesPattern([...path, 0], leaf.path))
  const targetsAt = (path: Found["path"]) => leavesAt(path).map((leaf) => targetOf(procedure, leaf.path))

  /** The token's own field, at the place where the input has it: a leaf cannot know its place while it parses. */
  const standsAtHome = ({ path }: Found, { aud }: FileClaims) => targetsAt(path).includes(aud)

  const places = new Map<unknown, Set<string>>()
  for (const { value, path } of found) places.set(value, (places.get(value) ?? new Set()).add(`${path}`))
  const isRepeated = ({ value }: Found) => (places.get(value)?.size ?? 0) > 1

  /** What became of a token's file. A stranger does not have it inspected: the parse refuses that one anyway. */
  async function refusalOf(claims: TokenClaims): Promise<Refusal | undefined> {
    const storage = options.storageOf(claims.aud)
    const isInspected = claims.pending && claims.sub === subject
    const refusal = isInspected ? await options.inspections?.outcomeOf(storage, claims) : undefined
    return refusal ?? presenceRefusal(await presenceOf(storage, claims), claims.name)
  }

  async function ask(each: Found): Promise<void> {
    const { value } = each
    if (typeof value === "string") {
      const verification = verify(value)
      if ("refusal" in verification) return
      const { claims } = verification
      if (!standsAtHome(each, claims)) answers.set(value, refuse("token_wrong_target", { issuedFor: claims.aud }))
      // One upload is one file, not two of a list.
      else if (isRepeated(each)) answers.set(value, refuse("token_used", { name: claims.name }))
      else if (!answers.has(value)) {
        answers.set(value, undefined)
        const refusal = "stored" in verification ? undefined : await refusalOf(verification.claims)
        // Misplaced elsewhere in the same input stays misplaced.
        answers.set(value, answers.get(value) ?? refusal)
      }
    } else if (isFile(value) && value.size > 0 && "slice" in value) {
      const limits = leavesAt(each.path).map((leaf) => leaf.limits)
      looks.set(value, await lookAt(value, { target: targetsAt(each.path)[0], limits }, options.inspections?.raw))
    }
  }
  await Promise.all(found.map(ask))

  return {
    resolve(token, leaf) {
      const verification = verify(token)
      if ("refusal" in verification) return verification
      const { claims } = verification
      if (!fields) return { refusal: refuse("target_unregistered", { procedure }) }
      const own = fields.targetsOf.get(leaf)
      // A node that stands at several fields cannot tell them apart: there the token must have been seen at its place.
      const isElsewhere = !own?.has(claims.aud) || (own.size > 1 && !answers.has(token))
      if (isElsewhere) return { refusal: refuse("token_wrong_target", { issuedFor: claims.aud }) }
      if (claims.sub !== subject) return { refusal: refuse("token_wrong_subject", {}) }
      const refusal = answers.get(token)
      if (refusal) return { refusal }
      if ("stored" in verification) return { file: existingFile(verification.stored), isExisting: true }
      const { claims: upload } = verification
      // One that no look before the parse has found is asked about when it is used.
      const isUnasked = upload.pending && !answers.has(token)
      const staged: Staged = {
        claims: upload,
        storage: options.storageOf(upload.aud),
        path: paths.get(token),
        refusal: isUnasked ? () => refusalOf(upload) : undefined,
      }
      taken.set(token, staged)
      return { file: stagedFile(staged, begin), isExisting: false }
    },
    receive(file, limits) {
      const { type, inspected } = looks.get(file) ?? {}
      const ofType = type === undefined ? undefined : checkSniffed({ name: displayName(file.name), type }, limits)
      const known = ofType ?? inspected?.refusal
      if (known) return known
      const path = paths.get(file)
      const target = path && targetsAt(path)[0]
      const inspect = inspected ? undefined : options.inspections?.raw
      let later: Promise<Look> | undefined
      async function refusal(): Promise<Refusal | undefined> {
        later ??= lookAt(file, { target, limits: [limits] }, inspect)
        return (await later).inspected?.refusal
      }
      return rawFile(file, limits, {
        type,
        checksum: options.checksum,
        path,
        target,
        say,
        begin,
        refusal: inspect && refusal,
      })
    },
    say,
    resolved: () => taken.values(),
  }
}
