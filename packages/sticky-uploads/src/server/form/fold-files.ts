import { refuse } from "../../core/errors.js"
import { clearName, hiddenName } from "../../core/protocol.js"
import { matchesPattern, parseFieldName } from "../../core/target.js"
import type { Fields } from "../registry.js"
import { isArrayOf, type ReadForm } from "./read-form.js"

type Upload = ReadForm["uploads"][number]

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
 * field neither is the right one to lose (V8). An array of files takes all its tokens and then its raw files.
 */
export function foldFiles(read: ReadForm, fields: Fields): FoldedForm {
  const hidden = new Map<string, string[]>()
  const cleared = new Set<string>()
  const raw = new Map<string, string[]>()
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
  const add = (map: Map<string, string[]>, name: string, value: string) => {
    names.add(name)
    map.set(name, [...(map.get(name) ?? []), value])
  }

  const texts = read.texts.filter(([name, value]) => {
    const ofHidden = name.startsWith(hiddenName("")) ? name.slice(hiddenName("").length) : undefined
    const ofClear = name.endsWith(clearName("")) ? name.slice(0, -clearName("").length) : undefined
    if (ofHidden !== undefined && leafAt(ofHidden)) {
      if (value !== "") add(hidden, ofHidden, value)
      return false
    }
    if (ofClear !== undefined && leafAt(ofClear)) {
      cleared.add(ofClear)
      return false
    }
    if (!leafAt(name)) return true
    // A token in the field itself, as a form without a file input may send it.
    if (value !== "") add(hidden, name, value)
    return false
  })
  for (const { name, upload } of read.uploads) add(raw, name, upload.token)

  const tokens = new Map<string, string[]>()
  for (const name of names) {
    const [files, kept] = [raw.get(name) ?? [], hidden.get(name) ?? []]
    if (isArray(name)) tokens.set(name, [...new Set([...(cleared.has(name) ? [] : kept), ...files])])
    else if (files.length > 1) {
      tokens.set(name, kept.slice(-1))
      refused.push({ name, refusal: refuse("too_many_files", { maxFiles: 1 }) })
    } else {
      const isCleared = cleared.has(name) && leafAt(name)?.optional
      const [file] = files
      if (file) tokens.set(name, [file])
      else if (!isCleared) tokens.set(name, kept.slice(-1))
      if (file && isCleared) {
        const { claims } = (read.uploads.find(({ upload }) => upload.token === file) as Upload).upload
        refused.push({ name, refusal: refuse("file_and_clear", { name: claims.name }) })
      }
    }
  }
  return { texts, tokens, refused }
}
