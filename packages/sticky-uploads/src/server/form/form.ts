import type { IncomingMessage, ServerResponse } from "node:http"
import { isStickyError, type Refusal, refuse } from "../../core/errors.js"
import { parseFieldName } from "../../core/target.js"
import { htmlBody, jsonBody, refusedAnswer, retryAfter, sendRefusal } from "../answer.js"
import type { MakeContext } from "../guard.js"
import { isOurs, refusedEvent } from "../observers.js"
import { raise } from "../raise.js"
import { insides, type Sticky } from "../sticky.js"
import { attempt } from "./attempt.js"
import { foldFiles } from "./fold-files.js"
import { type InvalidForm, invalidForm } from "./invalid-form.js"
import { keepShown } from "./keep-shown.js"
import { targetAt, undoUploads } from "./read-form.js"
import { type RefusedForm, refusedPage } from "./refused-page.js"
import { shapeInput } from "./shape-input.js"
import { type KnownOfForm, takeForm } from "./take-form.js"

export interface FormRequest<Context, Result> {
  req: IncomingMessage
  res: ServerResponse
  /** The procedure's path, or the schema's name. */
  procedure: string
  /** Who asks, where no subject says it. @default the socket's remote address */
  address?: string | undefined
  makeContext: MakeContext<Context>
  /** Calls the procedure with the input that the form means. What it throws decides whether the form is shown again. */
  call: (input: unknown, ctx: Context) => Promise<Result>
  /** Files in one form. @default 20 */
  maxFiles?: number
  /** Writes the page for a person whose request was refused before it was a form. @default a plain page with the message */
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
  const { req, res, procedure, call, refused = refusedPage } = request
  const { options, registry } = insides(sticky)
  const { observers } = options
  const known: KnownOfForm<Context> = { ctx: undefined, subject: undefined }
  try {
    const fields = registry.fields(procedure) ?? raise(refuse("target_unregistered", { procedure }))
    const { ctx, read } = await options.follow({ name: "upload", procedure }, () =>
      takeForm(options, { ...request, fields, largestBytes: registry.largestBytes() }, known),
    )
    try {
      const folded = foldFiles(read, fields)
      for (const { name, refusal } of folded.refused) {
        const target = targetAt(fields, procedure, parseFieldName(name) ?? [])?.target
        observers.refused(refusedEvent(refusal, { ...known, target, form: procedure }))
      }
      const entries = [
        ...folded.texts,
        ...[...folded.tokens].flatMap(([name, all]) => all.map((token) => [name, token] as const)),
      ]
      const input = shapeInput(entries, fields)
      const say = options.wordsFor({ req, ctx })
      const outcome = await attempt(sticky, { procedure, call, ctx, input, fields, refused: folded.refused, say })
      if ("result" in outcome) return { ctx, ok: true, result: outcome.result }
      const form = invalidForm(options, folded, fields, outcome.issues, say)
      await keepShown(options, { read, form, res, ctx, procedure })
      return { ctx, ok: false, form }
    } catch (error) {
      await undoUploads(read.uploads, options)
      throw error
    }
  } catch (error) {
    if (!isStickyError(error) || isOurs(error.code)) throw error
    const refusal = error as Refusal
    observers.refused(refusedEvent(refusal, { ...known, target: undefined, form: procedure }))
    const say = options.wordsFor({ req, ctx: known.ctx })
    const { status, code, details } = error
    // Sound: code and details come from one refusal.
    const page = () => refused({ status, code, details, message: say(refusal) } as RefusedForm)
    const isForPeople = req.headers.accept?.includes("text/html")
    const body = isForPeople ? htmlBody(page()) : jsonBody(refusedAnswer(refusal, say))
    sendRefusal(req, res, status, body, retryAfter(refusal))
    return undefined
  }
}
