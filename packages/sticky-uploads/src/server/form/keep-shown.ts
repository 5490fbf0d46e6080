import type { StickyAnswer } from "../exchange.js"
import { stagedEvent } from "../observers.js"
import type { ResolvedOptions } from "../options.js"
import type { InvalidForm } from "./invalid-form.js"
import { type ReadForm, undoUploads } from "./read-form.js"

/** A form that is shown again, and what was read of it. */
interface ShownForm<Context> {
  read: ReadForm
  form: InvalidForm
  ctx: Context
  procedure: string
}

/** Removes those files of a form whose tokens it does not show again: nobody will ever bring them back. */
async function undoUnshown<Context>(
  options: ResolvedOptions<Context>,
  { read, form }: Pick<ShownForm<Context>, "read" | "form">,
): Promise<ReadForm["uploads"]> {
  const shown = new Set<string>(Object.values(form.files).flatMap((all) => all.map(({ token }) => token)))
  const kept = read.uploads.filter(({ upload }) => shown.has(upload.token))
  await undoUploads(
    read.uploads.filter((each) => !kept.includes(each)),
    options,
  )
  return kept
}

/** Lets those files of a form wait whose tokens it shows again, and removes the others. */
export async function keepShown<Context>(options: ResolvedOptions<Context>, shown: ShownForm<Context>): Promise<void> {
  const { ctx, procedure } = shown
  for (const { upload } of await undoUnshown(options, shown))
    options.observers.staged(stagedEvent(upload, { ctx, form: procedure }))
}

/**
 * The same for a form whose answer can be watched: when the client is gone or its page cannot be made, nobody gets its
 * tokens, and all are removed (P6).
 */
export async function keepOnceShown<Context>(
  options: ResolvedOptions<Context>,
  shown: ShownForm<Context> & { res: StickyAnswer },
): Promise<void> {
  const { res, ctx, procedure } = shown
  const kept = await undoUnshown(options, shown)
  if (res.destroyed) return undoUploads(kept, options)
  res.once("close", () => {
    if (!res.writableFinished || res.statusCode >= 500) void undoUploads(kept, options)
    else for (const { upload } of kept) options.observers.staged(stagedEvent(upload, { ctx, form: procedure }))
  })
}
