import type { IncomingMessage, ServerResponse } from "node:http"
import { isStickyError, type Refusal, refuse } from "../../core/errors.js"
import { fieldName, matchesPattern, parseFieldName } from "../../core/target.js"
import { isTokenShaped, type StickyToken } from "../../core/token.js"
import { refusedAnswer, sendRefusal } from "../answer.js"
import { admit, type MakeContext, maxFilesBytes, overheadBytes, refuseBody, refuseOrigin } from "../guard.js"
import type { ResolvedOptions } from "../options.js"
import { raise } from "../raise.js"
import type { Fields } from "../registry.js"
import { insides, type Sticky } from "../sticky.js"
import { type FoldedForm, foldFiles } from "./fold-files.js"
import { type FormIssue, issuesIn } from "./issues.js"
import { readForm, undoUploads } from "./read-form.js"
import { shapeInput } from "./shape-input.js"

/** A file that waits, as a form shows it. */
export interface StagedField {
  token: StickyToken
  /** Display name: escape it. */
  name: string
  /** Bytes. */
  size: number
  type: string
}

/** A form that did not pass, with everything that is needed to show it again and lose nothing. */
export interface InvalidForm {
  /** What was typed, by the field's name; several values where a name was sent more than once. */
  values: Readonly<Record<string, string | string[]>>
  /** Messages by the field's name; under `""` those of the whole form. */
  errors: Readonly<Record<string, string[]>>
  /** The files that are good, by the field's name: redisplay their tokens. */
  files: Readonly<Record<string, StagedField[]>>
}

export interface FormRequest<Context, Result> {
  req: IncomingMessage
  res: ServerResponse
  /** The procedure's path, or the schema's name. */
  procedure: string
  makeContext: MakeContext<Context>
  /** Calls the procedure with the input that the form means. What it throws decides whether the form is shown again. */
  call: (input: unknown, ctx: Context) => Promise<Result>
  /** Files in one form. @default 20 */
  maxFiles?: number
}

export type FormOutcome<Context, Result> = { ctx: Context } & (
  | { ok: true; result: Result }
  | { ok: false; form: InvalidForm }
)

/**
 * Takes a form posted without JavaScript: streams its files into their storages, calls the procedure with their tokens,
 * and says how it went. A request that is refused before it is a form is answered here, and the outcome is `undefined`.
 * @throws what the procedure throws when that is no fault of the input. The files of this request are gone then.
 */
export async function handleForm<Context, Result>(
  sticky: Sticky<Context>,
  request: FormRequest<Context, Result>,
): Promise<FormOutcome<Context, Result> | undefined> {
  const { req, res, procedure, makeContext, maxFiles = 20 } = request
  const { options, registry } = insides(sticky)
  try {
    const fields = registry.fields(procedure) ?? raise(refuse("target_unregistered", { procedure }))
    const ofOrigin = refuseOrigin(req, options.trustedOrigins)
    if (ofOrigin) raise(ofOrigin)
    const admission = await admit(options, { req, targets: fields.targets.map(({ target }) => target), makeContext })
    if ("refusal" in admission) raise(admission.refusal)
    const { ctx, targets } = admission
    const maxBytes = maxFilesBytes(fields.targets, maxFiles) + 1_048_576
    const ofBody = refuseBody(req, maxBytes)
    if (ofBody) raise(ofBody)
    const subject = options.subjectOf(ctx)
    const limits = {
      maxParts: 1000,
      maxHeaderBytes: 16_384,
      maxBodyBytes: maxBytes + overheadBytes,
      idleSeconds: options.idleSeconds,
    }
    const read = await readForm(options, { req, procedure, fields, targets, subject, limits, maxFiles })
    try {
      const folded = foldFiles(read, fields, options)
      const entries = [
        ...folded.texts,
        ...[...folded.tokens].flatMap(([name, all]) => all.map((token) => [name, token] as const)),
      ]
      const input = shapeInput(entries, fields)
      const issues = await attempt(sticky, { ...request, ctx, input, fields, refused: folded.refused })
      if ("result" in issues) return { ctx, ok: true, result: issues.result }
      const form = invalidForm(options, folded, fields, issues.issues)
      const shown = new Set<string>(Object.values(form.files).flatMap((all) => all.map(({ token }) => token)))
      await undoUploads(read, options, shown)
      // Nobody will ever bring back a token that nobody got: the client is gone, or its page could not be made.
      const reached = () => res.writableFinished && res.statusCode < 500
      if (res.destroyed) await undoUploads(read, options)
      else res.once("close", () => void (reached() || undoUploads(read, options)))
      return { ctx, ok: false, form }
    } catch (error) {
      await undoUploads(read, options)
      throw error
    }
  } catch (error) {
    if (!isStickyError(error) || error.status >= 500) throw error
    sendRefusal(req, res, error.status, refusedAnswer(error as Refusal, options))
    return undefined
  }
}

interface Attempt<Context, Result> extends FormRequest<Context, Result> {
  ctx: Context
  input: unknown
  fields: Fields
  refused: FoldedForm["refused"]
}

/** Calls the procedure; with a refused file in the form only its schemas, so that all faults are shown at once. */
async function attempt<Context, Result>(
  sticky: Sticky<Context>,
  { ctx, input, fields, refused, procedure, call }: Attempt<Context, Result>,
): Promise<{ result: Result } | { issues: FormIssue[] }> {
  try {
    if (refused.length === 0) return { result: await call(input, ctx) }
    for (const schema of fields.schemas) {
      await sticky.parse(schema as { parse(value: unknown): unknown }, input, { ctx, procedure })
    }
    return { issues: [] }
  } catch (error) {
    const issues = issuesIn(error, insides(sticky).options)
    if (!issues) throw error
    return { issues }
  }
}

function invalidForm<Context>(
  options: ResolvedOptions<Context>,
  folded: FoldedForm,
  fields: Fields,
  issues: readonly FormIssue[],
): InvalidForm {
  const values: Record<string, string | string[]> = {}
  for (const [name, value] of folded.texts) {
    const known = values[name]
    values[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value]
  }
  const errors: Record<string, string[]> = {}
  const badTokens = new Set<string>()
  const refused = new Set(folded.refused.map(({ name }) => name))
  const names = sentNames(folded)
  for (const { name, message } of folded.refused) errors[name] = [...(errors[name] ?? []), message]
  for (const { path, message, code } of issues) {
    const { name, at } = placeOf(path, fields, names)
    const token = folded.tokens.get(name)?.[at ?? 0]
    if (code?.startsWith("token_") && code !== "token_busy" && token) badTokens.add(token)
    // Of a field whose file was refused, that says it all: not also that a file is missing.
    if (at !== undefined || !refused.has(name)) errors[name] = [...(errors[name] ?? []), message]
  }
  const files: Record<string, StagedField[]> = {}
  for (const [name, tokens] of folded.tokens) {
    files[name] = tokens.flatMap((token) => {
      const verified = badTokens.has(token) || !isTokenShaped(token) ? undefined : options.keyring.verify(token)
      if (!verified || "refusal" in verified) return []
      const { name: filename, size, type } = verified.claims
      return [{ token: token as StickyToken, name: filename, size, type }]
    })
  }
  return { values, errors, files }
}

/** The names that the form itself has for its fields (`items.0.photo`), by the way we write them (`items[0].photo`). */
function sentNames({ texts, tokens, refused }: FoldedForm): ReadonlyMap<string, string> {
  const names = [...texts.map(([name]) => name), ...tokens.keys(), ...refused.map(({ name }) => name)]
  return new Map(names.map((name) => [fieldName(parseFieldName(name) ?? [name]), name]))
}

/** Where a form shows an issue: one inside an array of files belongs to the one input they all come from. */
function placeOf(
  path: readonly PropertyKey[],
  fields: Fields,
  names: ReadonlyMap<string, string>,
): { name: string; at: number | undefined } {
  const own = fieldName(path)
  const isEntry = fields.leaves.some((leaf) => leaf.path.at(-1) === "*" && matchesPattern(path, leaf.path))
  if (!isEntry || names.has(own)) return { name: names.get(own) ?? own, at: undefined }
  const all = fieldName(path.slice(0, -1))
  return { name: names.get(all) ?? all, at: Number(path.at(-1)) }
}
