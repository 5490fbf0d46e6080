import { fieldName, matchesPattern, parseFieldName } from "../../core/target.js"
import { isTokenShaped, type StickyToken } from "../../core/token.js"
import { readFormToken } from "../existing-tokens.js"
import type { ResolvedOptions } from "../options.js"
import type { Fields } from "../registry.js"
import type { Say } from "../words.js"
import type { FoldedForm } from "./fold-files.js"
import type { FormIssue } from "./issues.js"

/** A file that a form holds already, as it shows it: one that waits, or one that the app has stored. */
export interface StagedField {
  token: StickyToken
  /** Display name: escape it. */
  name: string
  /** Bytes. */
  size: number
  type: string
  /** There where `sticky.existing` made it: it waits nowhere, so that it has no preview. */
  isExisting?: true
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

/** Whether a token that is refused so is worth nothing any more. */
function isBad(code: string): boolean {
  // Of a token that was still pending when its file was refused.
  if (code === "file_refused") return true
  return code.startsWith("token_") && code !== "token_busy" && code !== "token_pending"
}

/** Gathers what a form that did not pass needs to be shown again: every issue at its field, every good token. */
export function invalidForm<Context>(
  options: ResolvedOptions<Context>,
  folded: FoldedForm,
  fields: Fields,
  issues: readonly FormIssue[],
  say: Say,
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
  for (const { name, refusal } of folded.refused) errors[name] = [...(errors[name] ?? []), say(refusal)]
  for (const { path, message, code } of issues) {
    const { name, at } = placeOf(path, fields, names)
    const token = folded.tokens.get(name)?.[at ?? 0]
    if (token && code && isBad(code)) badTokens.add(token)
    // Of a field whose file was refused, that says it all: not also that a file is missing.
    if (at !== undefined || !refused.has(name)) errors[name] = [...(errors[name] ?? []), message]
  }
  const files: Record<string, StagedField[]> = {}
  for (const [name, tokens] of folded.tokens) {
    files[name] = tokens.flatMap((token) => {
      const verified = badTokens.has(token) || !isTokenShaped(token) ? undefined : readFormToken(options, token)
      if (!verified || "refusal" in verified) return []
      const { name: filename, size, type } = verified.claims
      const field: StagedField = { token: token as StickyToken, name: filename, size, type }
      return "stored" in verified ? [{ ...field, isExisting: true }] : [field]
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
