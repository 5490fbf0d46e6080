import type { StickyToken } from "sticky-uploads"
import type { StagedFile, StateName, StickyClient, StickyTarget } from "sticky-uploads/client"
import type { UploadFile } from "./upload-file.js"
import {
  type FieldOptions,
  type StickyHiddenProps,
  type StickyInputProps,
  type StickyStatusProps,
  useField,
} from "./use-field.js"

export interface StickyUploadOptions extends FieldOptions {
  /** The file that the page came with: one that a failed form hands back, or one that is stored. */
  defaultFile?: StagedFile | undefined
}

/** A field for one file: what it is made of, how it stands, and what can be done about it. */
export interface StickyUpload {
  inputProps: StickyInputProps
  statusProps: StickyStatusProps
  hiddenProps: StickyHiddenProps
  state: StateName
  /** From 0 to 1, in whole percents. */
  progress: number
  /** The file that is picked, or that the page came with. */
  file: UploadFile | undefined
  /** Whether that is the one that the page came with. */
  isDefault: boolean
  /** What is wrong: what the server said, until something else is chosen, or the client. */
  error: string | undefined
  /** What the form submits: a token once there is one, until then the picked file, and `undefined` for nothing. */
  value: StickyToken | File | undefined
  /** Ends the upload; the file goes with the form. */
  abort(): void
  /** Leaves nothing: no file, no error, and no token either, also none that the page came with. */
  clear(): void
  /** Goes back to what the page came with. */
  reset(): void
  /** Uploads again what did not get through. */
  retry(): void
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
  const files = defaultFile ? [defaultFile] : []
  const { field, shown, inputProps, statusProps, hide } = useField(client, target, options, files, false)
  const { state, error } = shown
  const [file] = shown.files
  const { value, progress = 0 } = file ?? {}
  const token = typeof value === "string" ? value : undefined
  return {
    inputProps,
    statusProps,
    hiddenProps: hide(token),
    state,
    progress,
    file,
    isDefault: !!token && token === defaultFile?.token,
    error,
    value,
    abort: field.abort,
    clear: field.clear,
    reset: field.reset,
    retry: () => field.retry(),
  }
}
