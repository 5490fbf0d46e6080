import { refuse } from "../../core/errors.js"
import { parseFieldName } from "../../core/target.js"
import { refusedEvent } from "../observers.js"
import { raise } from "../raise.js"
import { insides, type Sticky } from "../sticky.js"
import { attempt } from "./attempt.js"
import { foldFiles } from "./fold-files.js"
import type { FormCaller } from "./form-caller.js"
import { type InvalidForm, invalidForm } from "./invalid-form.js"
import { type ReadForm, targetAt, undoUploads } from "./read-form.js"
import { shapeInput } from "./shape-input.js"
import { type FormToTake, type KnownOfForm, takeForm } from "./take-form.js"

/** A form that did not pass may be shown again, with some of what was read of it. */
export type SubmittedForm<Context, Result> = { ctx: Context } & (
  | { ok: true; result: Result }
  | { ok: false; form: InvalidForm; read: ReadForm }
)

/**
 * Takes a form, its files into their storages, calls the procedure with their tokens, and says how it went.
 * @throws StickyError of a request that is refused before it is a form; what the procedure throws when that is no fault of
 * the input. The files of this form are gone then.
 */
export async function submitForm<Context, Result>(
  sticky: Sticky<Context>,
  request: FormToTake<Context> & { call: FormCaller<Context, Result> },
  known: KnownOfForm<Context>,
): Promise<SubmittedForm<Context, Result>> {
  const { req, procedure, call } = request
  const { options, registry } = insides(sticky)
  const fields = registry.fields(procedure) ?? raise(refuse("target_unregistered", { procedure }))
  const { ctx, read } = await options.follow({ name: "upload", procedure }, () =>
    takeForm(options, { ...request, fields, largestBytes: registry.largestBytes() }, known),
  )
  try {
    const folded = foldFiles(read, fields)
    for (const { name, refusal } of folded.refused) {
      const target = targetAt(fields, procedure, parseFieldName(name) ?? [])?.target
      options.observers.refused(refusedEvent(refusal, { ...known, target, form: procedure }))
    }
    const entries = [
      ...folded.texts,
      ...[...folded.tokens].flatMap(([name, all]) => all.map((token) => [name, token] as const)),
    ]
    const input = shapeInput(entries, fields)
    const say = options.wordsFor({ req, ctx })
    const outcome = await attempt(sticky, { procedure, call, ctx, input, fields, refused: folded.refused, say })
    if ("result" in outcome) return { ctx, ok: true, result: outcome.result }
    return { ctx, ok: false, form: invalidForm(options, folded, fields, outcome.issues, say), read }
  } catch (error) {
    await undoUploads(read.uploads, options)
    throw error
  }
}
