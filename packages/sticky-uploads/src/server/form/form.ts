import { isStickyError, type Refusal } from "../../core/errors.js"
import { htmlBody, jsonBody, refusedAnswer, retryAfter, sendRefusal } from "../answer.js"
import type { StickyAnswer, StickyRequest } from "../exchange.js"
import type { MakeContext } from "../guard.js"
import { isOurs, refusedEvent } from "../observers.js"
import { insides, type Sticky } from "../sticky.js"
import type { FormCaller } from "./form-caller.js"
import type { InvalidForm } from "./invalid-form.js"
import { keepOnceShown } from "./keep-shown.js"
import { type RefusedForm, refusedPage } from "./refused-page.js"
import { streamedForm } from "./source.js"
import { submitForm } from "./submit-form.js"
import type { KnownOfForm } from "./take-form.js"

export interface FormRequest<Context, Result> {
  /** The request, its body unread. */
  req: StickyRequest
  /** Where the answer goes. */
  res: StickyAnswer
  /** The procedure's path, or the schema's name. */
  procedure: string
  /** Who asks, where no subject says it. @default the socket's remote address */
  address?: string | undefined
  /** Makes the context the procedure gets; only called once method and origin are right. */
  makeContext: MakeContext<Context>
  /** Calls the procedure with the input that the form means. What it throws decides whether the form is shown again. */
  call: FormCaller<Context, Result>
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
  const { req, res, procedure, refused = refusedPage } = request
  const { options } = insides(sticky)
  const known: KnownOfForm<Context> = { ctx: undefined, subject: undefined }
  try {
    const outcome = await submitForm(sticky, { ...request, source: streamedForm(req) }, known)
    const { ctx } = outcome
    if (outcome.ok) return { ctx, ok: true, result: outcome.result }
    await keepOnceShown(options, { ...outcome, res, procedure })
    return { ctx, ok: false, form: outcome.form }
  } catch (error) {
    if (!isStickyError(error) || isOurs(error.code)) throw error
    const refusal = error as Refusal
    options.observers.refused(refusedEvent(refusal, { ...known, target: undefined, form: procedure }))
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
