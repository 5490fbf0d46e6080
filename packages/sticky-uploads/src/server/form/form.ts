import type { IncomingMessage, ServerResponse } from "node:http"
import { isStickyError, type Refusal, refuse } from "../../core/errors.js"
import { htmlBody, jsonBody, refusedAnswer, sendRefusal, wordsFor } from "../answer.js"
import { admit, type MakeContext, maxFilesBytes, overheadBytes, refuseBody, refuseOrigin } from "../guard.js"
import { raise } from "../raise.js"
import type { Fields } from "../registry.js"
import { insides, type Sticky } from "../sticky.js"
import { type FoldedForm, foldFiles } from "./fold-files.js"
import { type InvalidForm, invalidForm } from "./invalid-form.js"
import { type FormIssue, issuesIn } from "./issues.js"
import { readForm, undoUploads } from "./read-form.js"
import { type RefusedForm, refusedPage } from "./refused-page.js"
import { shapeInput } from "./shape-input.js"

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
  /** Writes the page for a person whose request was refused before it was a form. @default a plain page in English */
  refused?: (refusal: RefusedForm) => string
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
  const { req, res, procedure, makeContext, maxFiles = 20, refused = refusedPage } = request
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
      const issues = await attempt(sticky, {
        procedure,
        call: request.call,
        ctx,
        input,
        fields,
        refused: folded.refused,
      })
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
    const { status, code } = error
    const isForPeople = req.headers.accept?.includes("text/html")
    const body = isForPeople
      ? htmlBody(refused({ status, code, message: wordsFor(error as Refusal, options) }))
      : jsonBody(refusedAnswer(error as Refusal, options))
    sendRefusal(req, res, status, body)
    return undefined
  }
}

interface Attempt<Context, Result> extends Pick<FormRequest<Context, Result>, "procedure" | "call"> {
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
