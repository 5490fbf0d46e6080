import type { StickyToken } from "sticky-uploads"
import type { StagedFile, StickyClient, StickyTarget } from "sticky-uploads/client"
import type { UploadFile } from "./parts.js"
import { type FieldOptions, type FieldUpload, type StickyHiddenProps, useField } from "./use-field.js"

export interface StickyUploadOptions extends FieldOptions {
  /** The file that the page came with: one that a failed form hands back, or one that is stored. */
  defaultFile?: StagedFile | undefined
}

/** A field for one file: what it is made of, how it stands, and what can be done about it. */
export interface StickyUpload extends FieldUpload {
  hiddenProps: StickyHiddenProps
  /** From 0 to 1, in whole percents. */
  progress: number
  /** The file that is picked, or that the page came with. */
  file: UploadFile | undefined
  /** What the form submits: a token once there is one, until then the picked file, and `undefined` for nothing. */
  value: StickyToken | File | undefined
}

/**
 * Makes an input upload the file that is picked in it, and follows it. The parts of the field are tied by their props; the
 * client makes those that are left out, but for the input.
 */
export function useStickyUpload<TRouter>(
  client: StickyClient<TRouter>,
  target: StickyTarget<TRouter>,
  { defaultFile, ...options }: StickyUploadOptions = {},
): StickyUpload {
  const { upload, files, hide } = useField(client, target, options, defaultFile ? [defaultFile] : [], false)
  const [file] = files
  const { value, progress = 0 } = file ?? {}
  return { ...upload, hiddenProps: hide(typeof value === "string" ? value : ""), progress, file, value }
}
