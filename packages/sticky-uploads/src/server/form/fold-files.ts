import { refuse } from "../../core/errors.js"
import { clearName, hiddenName } from "../../core/protocol.js"
import { matchesPattern, parseFieldName } from "../../core/target.js"
import type { Fields } from "../registry.js"
import { isArrayOf, type ReadForm } from "./read-form.js"

type Upload = ReadForm["uploads"][number]

/** A token, and where it stood among the text fields. */
interface Placed {
  token: string
  at: number
}

/** What a posted form means, once each file field's raw file, token and clear box are one. */
export interface FoldedForm {
  /** Text fields only. */
  texts: (readonly [name: string, value: string])[]
  /** Tokens by the field's name, in the order in which they count. */
  tokens: Map<string, string[]>
  refused: ReadForm["refused"]
}

/**
 * Settles each file field by the original's precedence (W3): raw file, clear box, token, nothing. A raw file together
 * with a ticked clear box is a contradiction; a clear box on a required field is not heard. Of two raw files of one
 * field neither is the right one to lose (V8). An array of files takes tokens and raw files alike, in the form's order.
 */
export function foldFiles(read: ReadForm, fields: Fields): FoldedForm {
  const hidden = new Map<string, Placed[]>()
  const cleared = new Set<string>()
  const raw = new Map<string, Placed[]>()
  const names = new Set<string>()
  const refused = [...read.refused]

  const leafAt = (name: string) => {
    const path = parseFieldName(name)
    return path && fields.leaves.find((leaf) => matchesPattern(path, leaf.path) || isArrayOf(path, leaf.path))
  }
  const isArray = (name: string) => {
    const path = parseFieldName(name) ?? []
    return fields.leaves.some((leaf) => isArrayOf(path, leaf.path))
  }
  const add = (map: Map<string, Placed[]>, name: string, placed: Placed) => {
    names.add(name)
    map.set(name, [...(map.get(name) ?? []), placed])
  }

  const texts = read.texts.filter(([name, value], at) => {
    const ofHidden = name.startsWith(hiddenName("")) ? name.slice(hiddenName("").length) : undefined
    const ofClear = name.endsWith(clearName("")) ? name.slice(0, -clearName("").length) : undefined
    if (ofHidden !== undefined && leafAt(ofHidden)) {
      if (value !== "") add(hidden, ofHidden, { token: value, at })
      return false
    }
    if (ofClear !== undefined && leafAt(ofClear)) {
      cleared.add(ofClear)
      return false
    }
    if (!leafAt(name)) return true
    // A token in the field itself, as a form without a file input may send it.
    if (value !== "") add(hidden, name, { token: value, at })
    return false
  })
  // Between the two texts around it.
  for (const { name, upload, textsBefore } of read.uploads)
    add(raw, name, { token: upload.token, at: textsBefore - 0.5 })

  const tokens = new Map<string, string[]>()
  for (const name of names) {
    const [files, kept] = [raw.get(name) ?? [], hidden.get(name) ?? []]
    const last = kept.slice(-1).map(({ token }) => token)
    if (isArray(name)) {
      const sent = [...(cleared.has(name) ? [] : kept), ...files].sort((one, other) => one.at - other.at)
      tokens.set(name, [...new Set(sent.map(({ token }) => token))])
    } else if (files.length > 1) {
      tokens.set(name, last)
      refused.push({ name, refusal: refuse("too_many_files", { maxFiles: 1 }) })
    } else {
      const isCleared = cleared.has(name) && leafAt(name)?.optional
      const file = files[0]?.token
      if (file) tokens.set(name, [file])
      else if (!isCleared) tokens.set(name, last)
      if (file && isCleared) {
        const { claims } = (read.uploads.find(({ upload }) => upload.token === file) as Upload).upload
        refused.push({ name, refusal: refuse("file_and_clear", { name: claims.name }) })
      }
    }
  }
  return { texts, tokens, refused }
}
