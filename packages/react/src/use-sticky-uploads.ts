import type { StickyFieldLimits, StickyToken } from "sticky-uploads"
import type { StagedFile, StateName, StickyClient, StickyTarget } from "sticky-uploads/client"
import type { UploadFile } from "./upload-file.js"
import {
  type FieldOptions,
  type StickyHiddenProps,
  type StickyInputProps,
  type StickyStatusProps,
  useField,
} from "./use-field.js"

export interface StickyUploadsOptions extends FieldOptions {
  /** The files that the page came with: those that a failed form hands back, or that are stored. */
  defaultFiles?: readonly StagedFile[] | undefined
  /** The limits of the schema, also for how many and how large together. */
  limits?: StickyFieldLimits | undefined
}

/** One of several files. */
export interface StickyUploadsFile extends UploadFile {
  /** Takes it out: a picked one, or one that the page came with. */
  remove(): void
  /** Uploads it again, if it did not get through. */
  retry(): void
  /** Puts it at another place, counted from 0; the form then sends the files in this order. */
  move(to: number): void
}

/** A field for several files: what it is made of, how it stands, and what can be done about it. */
export interface StickyUploads {
  inputProps: StickyInputProps & {
    "data-min-files": number | undefined
    "data-max-files": number | undefined
    "data-max-total-bytes": number | undefined
  }
  statusProps: StickyStatusProps
  /** For the files that the page came with, until the client has the input: a page without JavaScript needs them. */
  hiddenProps: readonly StickyHiddenProps[]
  /** That of the file with which there is most to do: `ready` once all are. */
  state: StateName
  /** In the order in which they are sent. */
  files: readonly StickyUploadsFile[]
  /** What is wrong: what the server said, until something else is chosen, and the client of each file. */
  error: string | undefined
  /** What the form submits, in order: for each file its token once there is one, and until then the file itself. */
  value: readonly (StickyToken | File)[]
  /** Ends what runs; the files go with the form. */
  abort(): void
  /** Leaves nothing: no file, no error, and no token either, also none that the page came with. */
  clear(): void
  /** Goes back to what the page came with. */
  reset(): void
  /** Uploads again what did not get through. */
  retry(): void
}

const none: readonly never[] = []

/** As `useStickyUpload`, for an input that takes several files. Its target is that of one: `album.add/photos.*`. */
export function useStickyUploads<TRouter>(
  client: StickyClient<TRouter>,
  target: StickyTarget<TRouter>,
  { defaultFiles = none, ...options }: StickyUploadsOptions = {},
): StickyUploads {
  const { field, shown, inputProps, statusProps, hide } = useField(client, target, options, defaultFiles, true)
  const { isTied, state, error, files } = shown
  const { minFiles, maxFiles, maxTotalBytes } = options.limits ?? {}
  return {
    inputProps: {
      ...inputProps,
      "data-min-files": minFiles,
      "data-max-files": maxFiles,
      "data-max-total-bytes": maxTotalBytes,
    },
    statusProps,
    hiddenProps: isTied ? none : defaultFiles.map(({ token }) => hide(token)),
    state,
    files: files.map((file) => ({
      ...file,
      remove: () => field.remove(file.id),
      retry: () => field.retry(file.id),
      move: (to) => field.move(file.id, to),
    })),
    error,
    value: files.map(({ value }) => value),
    abort: field.abort,
    clear: field.clear,
    reset: field.reset,
    retry: () => field.retry(),
  }
}
