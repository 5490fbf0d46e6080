import type { ServerResponse } from "node:http"
import { stagedEvent } from "../observers.js"
import type { ResolvedOptions } from "../options.js"
import type { InvalidForm } from "./invalid-form.js"
import { type ReadForm, undoUploads } from "./read-form.js"

/**
 * Lets those files of a form wait whose tokens it shows again, and removes the others. Nobody will ever bring back a token
 * that nobody got: when the client is gone or its page cannot be made, all are removed (P6).
 */
export async function keepShown<Context>(
  options: ResolvedOptions<Context>,
  outcome: { read: ReadForm; form: InvalidForm; res: ServerResponse; ctx: Context; procedure: string },
): Promise<void> {
  const { read, form, res, ctx, procedure } = outcome
  const shown = new Set<string>(Object.values(form.files).flatMap((all) => all.map(({ token }) => token)))
  const kept = read.uploads.filter(({ upload }) => shown.has(upload.token))
  await undoUploads(
    read.uploads.filter((each) => !kept.includes(each)),
    options,
  )
  if (res.destroyed) return undoUploads(kept, options)
  res.once("close", () => {
    if (!res.writableFinished || res.statusCode >= 500) void undoUploads(kept, options)
    else for (const { upload } of kept) options.observers.staged(stagedEvent(upload, { ctx, form: procedure }))
  })
}
