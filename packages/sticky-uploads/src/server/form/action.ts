import { isStickyError, type Refusal } from "../../core/errors.js"
import { parseFieldName } from "../../core/target.js"
import type { StickyRequest } from "../exchange.js"
import type { MakeContext } from "../guard.js"
import { isOurs, refusedEvent } from "../observers.js"
import { insides, type Sticky } from "../sticky.js"
import { foldFiles } from "./fold-files.js"
import type { FormCaller } from "./form-caller.js"
import { type InvalidForm, invalidForm } from "./invalid-form.js"
import { keepShown } from "./keep-shown.js"
import { entriesOf, parsedForm } from "./source.js"
import { submitForm } from "./submit-form.js"
import { type KnownOfForm, maxParts } from "./take-form.js"

export interface ActionRequest<Context, Result> {
  /** The form, as the framework has read it. */
  formData: FormData
  /** What is known of the request that brought it; nothing is read from it but its headers. */
  req: StickyRequest
  /** The procedure's path, or the schema's name. */
  procedure: string
  /** Who asks, where no subject says it. @default the socket's remote address */
  address?: string | undefined
  /** Makes the context the procedure gets; only called once the origin is right. */
  makeContext: MakeContext<Context>
  /** Calls the procedure with the input that the form means. What it throws decides whether the form is shown again. */
  call: FormCaller<Context, Result>
  /** Files in one form. @default 20 */
  maxFiles?: number
}

/** Plain JSON, as far as the procedure's result is. */
export type ActionOutcome<Result> = { ok: true; result: Result } | { ok: false; form: InvalidForm }

/**
 * Takes a form that a framework has read into memory, by the same rules as one that is streamed, and says how it went. What
 * is refused before it is a form is an error of the whole form. Whether its outcome is ever shown nobody knows: files whose
 * tokens it has wait, and the sweeper removes those that nobody brings back.
 * @throws what the procedure throws when that is no fault of the input. The files of this form are gone then.
 */
export async function handleAction<Context, Result>(
  sticky: Sticky<Context>,
  request: ActionRequest<Context, Result>,
): Promise<ActionOutcome<Result>> {
  const { formData, req, procedure } = request
  const { options, registry } = insides(sticky)
  const known: KnownOfForm<Context> = { ctx: undefined, subject: undefined }
  try {
    const outcome = await submitForm(sticky, { ...request, source: parsedForm(formData) }, known)
    if (outcome.ok) return { ok: true, result: outcome.result }
    await keepShown(options, { ...outcome, procedure })
    return { ok: false, form: outcome.form }
  } catch (error) {
    const fields = registry.fields(procedure)
    if (!fields || !isStickyError(error) || isOurs(error.code)) throw error
    const refusal = error as Refusal
    options.observers.refused(refusedEvent(refusal, { ...known, target: undefined, form: procedure }))
    const say = options.wordsFor({ req, ctx: known.ctx })
    const issue = { path: [], message: say(refusal), code: refusal.code }
    const folded = foldFiles({ texts: textsOf(formData), uploads: [], refused: [] }, fields)
    return { ok: false, form: invalidForm(options, folded, fields, [issue], say) }
  }
}

/** What was typed, and the tokens: a form that is refused as a whole comes back with them. */
function textsOf(formData: FormData): [name: string, value: string][] {
  return entriesOf(formData)
    .slice(0, maxParts)
    .filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && parseFieldName(entry[0]) !== undefined,
    )
}
