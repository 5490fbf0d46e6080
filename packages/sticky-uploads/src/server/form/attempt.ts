import type { Fields } from "../registry.js"
import type { Sticky } from "../sticky.js"
import type { Say } from "../words.js"
import type { FoldedForm } from "./fold-files.js"
import type { FormCaller } from "./form-caller.js"
import { type FormIssue, issuesIn } from "./issues.js"

interface Attempt<Context, Result> {
  procedure: string
  call: FormCaller<Context, Result>
  ctx: Context
  input: unknown
  fields: Fields
  refused: FoldedForm["refused"]
  say: Say
}

/** Calls the procedure; with a refused file in the form only its schemas, so that all faults are shown at once. */
export async function attempt<Context, Result>(
  sticky: Sticky<Context>,
  { ctx, input, fields, refused, procedure, call, say }: Attempt<Context, Result>,
): Promise<{ result: Result } | { issues: FormIssue[] }> {
  try {
    if (refused.length === 0) return { result: await call(input, ctx) }
    for (const schema of fields.schemas) {
      await sticky.parse(schema as { parse(value: unknown): unknown }, input, { ctx, procedure })
    }
    return { issues: [] }
  } catch (error) {
    const issues = issuesIn(error, say)
    if (!issues) throw error
    return { issues }
  }
}
