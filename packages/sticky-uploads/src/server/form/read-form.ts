import { isStickyError, type Refusal, refuse } from "../../core/errors.js"
import { stickyError } from "../../core/messages.js"
import { type FieldPath, matchesPattern, parseFieldName } from "../../core/target.js"
import type { ResolvedOptions } from "../options.js"
import type { Pass } from "../quotas.js"
import type { Part } from "../receive/part.js"
import type { Fields, Target } from "../registry.js"
import { isFileRefusal, type StagedUpload, stage } from "../stage.js"

/** What a posted form holds, its files staged already. */
export interface ReadForm {
  /** Text fields, in their order; hidden tokens and clear boxes among them. */
  texts: (readonly [name: string, value: string])[]
  /** Each with the number of text fields that came before it. */
  uploads: { name: string; upload: StagedUpload; textsBefore: number }[]
  /** Files that were refused, by field; the rest of the form was read all the same. */
  refused: { name: string; refusal: Refusal }[]
}

/** Of a form, beside its files. */
export const maxTextBytes = 1_048_576

/** The sticky field that a form field's name means: the field itself, or an entry of an array of them. */
export function targetAt(fields: Fields, procedure: string, path: FieldPath): Target | undefined {
  const leaf = fields.leaves.find((each) => matchesPattern(path, each.path) || isArrayOf(path, each.path))
  return leaf && fields.targets.find(({ target }) => target === `${procedure}/${leaf.path.join(".")}`)
}

export function isArrayOf(path: readonly PropertyKey[], pattern: FieldPath): boolean {
  return pattern.at(-1) === "*" && matchesPattern(path, pattern.slice(0, -1))
}

async function readText(part: Part, left: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of part) {
    size += chunk.length
    if (size > left) throw stickyError("multipart_limit", { limit: "bytes of text", max: maxTextBytes })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

/** A file part's bytes, or `undefined` for what an untouched file input sends: a part without a name and without a byte. */
async function contentOf(part: Part): Promise<AsyncIterable<Uint8Array> | undefined> {
  if (part.filename !== "") return part
  const bytes = part[Symbol.asyncIterator]()
  const first = await bytes.next()
  if (first.done) return undefined
  return (async function* () {
    yield first.value
    yield* { [Symbol.asyncIterator]: () => bytes }
  })()
}

/**
 * Reads a form as it comes: text into memory, up to 1 MiB, and files into their storages. A file that its field refuses is
 * skipped, so that everything else the person filled in is still read.
 * @throws StickyError as its parts do; `field_name_refused`, `too_many_files`. Nothing stays staged then.
 */
export async function readForm<Context>(
  options: ResolvedOptions<Context>,
  form: {
    parts: AsyncIterable<Part>
    procedure: string
    fields: Fields
    /** Those that this person may upload to. */
    targets: ReadonlySet<string>
    pass: Pass
    /** How long the storage of one file may take, whoever is slow. */
    maxSeconds: number
    maxFiles: number
  },
): Promise<ReadForm> {
  const read: ReadForm = { texts: [], uploads: [], refused: [] }
  let textLeft = maxTextBytes
  let files = 0
  try {
    for await (const part of form.parts) {
      const { name, filename } = part
      const path = parseFieldName(name)
      if (!path) throw stickyError("field_name_refused", { field: name.slice(0, 100) })
      if (filename === undefined) {
        const text = await readText(part, textLeft)
        textLeft -= Buffer.byteLength(text)
        read.texts.push([name, text])
        continue
      }
      const target = targetAt(form.fields, form.procedure, path)
      const content = target && (await contentOf(part))
      if (!content) continue
      if (!form.targets.has(target.target)) {
        read.refused.push({ name, refusal: refuse("upload_forbidden", { target: target.target }) })
        continue
      }
      files += 1
      if (files > form.maxFiles) throw stickyError("too_many_files", { maxFiles: form.maxFiles })
      try {
        // Whoever has waited for one slow inspection waits for no other: they all go on while the form is read.
        const isAwaited = !read.uploads.some(({ upload }) => upload.claims.pending)
        const { pass, maxSeconds } = form
        const upload = await stage(options, target, { content, filename, pass, isAwaited, maxSeconds })
        read.uploads.push({ name, upload, textsBefore: read.texts.length })
      } catch (error) {
        if (!isFileRefusal(error) && !isStickyError(error, "inspection_failed")) throw error
        read.refused.push({ name, refusal: error as Refusal })
      }
    }
  } catch (error) {
    await undoUploads(read.uploads, options)
    throw error
  }
  return read
}

/** Removes files of a form. What cannot be removed is told, and left to the sweeper. */
export async function undoUploads(
  uploads: ReadForm["uploads"],
  { onError }: Pick<ResolvedOptions<unknown>, "onError">,
): Promise<void> {
  await Promise.all(uploads.map(({ upload }) => upload.undo().catch(onError)))
}
