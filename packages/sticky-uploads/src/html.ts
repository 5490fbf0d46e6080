/**
 * A file field as HTML, for any template engine.
 * @module
 */

import {
  acceptPattern,
  clearName,
  escapeHtml,
  formatBytes,
  hiddenName,
  resolveLimits,
  type StickyFieldLimits,
} from "./index.js"

export { escapeHtml }

/** A file that is staged already, as a failed form hands it back. */
export interface StickyFieldFile {
  token: string
  name: string
  /** Bytes. */
  size: number
  type?: string
}

/** The words around a field. */
export interface StickyFieldLabels {
  /** @default "Currently:" */
  currently?: string
  /** @default "Change:" */
  change?: string
  /** @default "Clear" */
  clear?: string
  /** Before the name of each staged file of a `multiple` field. @default "Keep" */
  keep?: string
  /** @default English, as `formatBytes` writes it */
  size?: (details: { bytes: number }) => string
}

export interface StickyFieldOptions {
  /** The form field's name, such as `upload` or `items[0].photo`. */
  name: string
  /** Where the file is uploaded to, such as `/sticky/submission.create/upload`. */
  url: string
  /** The id of the input, by which its label finds it. @default the name */
  id?: string
  /** The limits of the schema, which the browser then checks before it sends a byte. */
  limits?: StickyFieldLimits
  /** The files the field holds: one at most, but for a `multiple` field. */
  files?: readonly StickyFieldFile[]
  /** What to say of the field, in its status line. */
  errors?: readonly string[]
  /** A required field has no box to clear it; one that holds a file does not ask the browser for another. */
  required?: boolean
  /** A field of several files; its target ends in `.*`. */
  multiple?: boolean
  /**
   * Asks a phone for a new picture by its camera on the front ("user") or on the back ("environment"), instead of for a file
   * that it has; what it takes must be pictures, video or sound. Others ask for a file as ever.
   */
  capture?: "user" | "environment"
  /** The id of the form, for a field outside of it. */
  form?: string
  /** Ids of what else describes the field. */
  describedBy?: string
  /** What people read beside the input, in another language. @default English */
  labels?: StickyFieldLabels
}

/** Writes a start tag; of its attributes `undefined` and `false` are left out, `true` stands alone. */
function tag(name: string, attributes: Record<string, string | number | boolean | undefined>): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    if (value === undefined || value === false) return ""
    return value === true ? ` ${key}` : ` ${key}="${escapeHtml(String(value))}"`
  })
  return `<${name}${written.join("")}>`
}

/**
 * Writes a file field as HTML, for any template engine and any state: the file input, its hidden token or a box for each
 * staged file, "Currently: …" with a box to clear it, the limits, and the status line that the browser's client uses for
 * progress and errors. Everything given is escaped.
 * @throws TypeError when a limit makes no sense.
 */
export function stickyField(options: StickyFieldOptions): string {
  const {
    name,
    url,
    id = name,
    files = [],
    errors = [],
    required = false,
    multiple = false,
    capture,
    form,
    describedBy,
  } = options
  const {
    currently = "Currently:",
    change = "Change:",
    clear = "Clear",
    keep = "Keep",
    size = ({ bytes }: { bytes: number }) => formatBytes(bytes),
  } = options.labels ?? {}
  const limits = options.limits && resolveLimits(options.limits)
  const [staged] = files
  const statusId = `${id}-status`

  const input = tag("input", {
    type: "file",
    name,
    id,
    form,
    multiple,
    capture,
    required: required && !staged,
    accept: limits?.accept?.list.join(","),
    "data-upload-url": url,
    "data-max-bytes": limits?.maxBytes,
    "data-min-bytes": limits?.minBytes,
    "data-accept-pattern": limits?.accept && acceptPattern(limits.accept),
    ...(multiple && {
      "data-min-files": options.limits?.minFiles,
      "data-max-files": options.limits?.maxFiles,
      "data-max-total-bytes": options.limits?.maxTotalBytes,
    }),
    "aria-describedby": describedBy ? `${describedBy} ${statusId}` : statusId,
    // Without a word of ours, browsers call a required field invalid from the start.
    "aria-invalid": String(errors.length > 0),
  })
  const status = `${tag("output", { class: "sticky-status", id: statusId, for: id, form })}${errors.map(escapeHtml).join("\n")}</output>`
  const box = (attributes: Record<string, string | number | boolean>, label: string) =>
    `<label class="sticky-box">${tag("input", { type: "checkbox", form, ...attributes })} ${label}</label>`

  const described = (file: StickyFieldFile) => `${escapeHtml(file.name)} (${escapeHtml(size({ bytes: file.size }))})`

  const current = []
  if (multiple) {
    for (const file of files) {
      // What a list of files takes in place of the box.
      const facts = { "data-of": id, "data-name": file.name, "data-size": file.size, "data-type": file.type ?? "" }
      const attributes = { name: hiddenName(name), value: file.token, checked: true, ...facts }
      current.push(box(attributes, `${escapeHtml(keep)} ${described(file)}`))
    }
  } else {
    current.push(tag("input", { type: "hidden", name: hiddenName(name), value: staged?.token ?? "", form }))
    if (staged) {
      current.push(`<span class="sticky-current">${escapeHtml(currently)} ${described(staged)}</span>`)
      if (!required) current.push(box({ name: clearName(name), value: "on" }, escapeHtml(clear)))
      current.push(`<span class="sticky-change">${escapeHtml(change)}</span>`)
    }
  }
  return `<div class="sticky-field">${[...current, input, status].join("\n")}</div>`
}
