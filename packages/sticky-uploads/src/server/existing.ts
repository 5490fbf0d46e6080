import type { Stored } from "../core/sticky-file.js"
import type { StagedField } from "./form/invalid-form.js"
import { type ResolvedOptions, seconds } from "./options.js"

/** What a database gives may be anything, such as a size in text. */
function checkStored(stored: Stored): void {
  const isSize = Number.isSafeInteger(stored.size) && stored.size >= 0
  const texts = ["storage", "key", "name", "type"] as const
  const wrong =
    texts.find((key) => typeof stored[key] !== "string" || stored[key] === "") ?? (isSize ? undefined : "size")
  if (wrong) {
    const said = `the ${wrong} of an existing file is ${String(stored[wrong])} (${typeof stored[wrong]})`
    throw new TypeError(`sticky-uploads: ${said}; give what promote returned`)
  }
}

/**
 * Makes what a form's field holds of a file that the app has stored.
 * @throws TypeError when it is none, its key or name is too long, or the life makes no sense.
 */
export function existingField<Context>(
  options: ResolvedOptions<Context>,
  stored: Stored,
  at: { target: string; ctx: Context; expiresInSeconds: number | undefined },
): StagedField {
  checkStored(stored)
  const { name, size, type } = stored
  const sub = options.subjectOf(at.ctx)
  const life = seconds("expiresInSeconds", at.expiresInSeconds ?? options.expiresInSeconds)
  const exp = Math.floor(Date.now() / 1000) + Math.ceil(life)
  const token = options.existing.sign(stored, { aud: at.target, exp, ...(sub === undefined ? {} : { sub }) })
  return { token, name, size, type, isExisting: true }
}
