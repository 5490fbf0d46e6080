import type { StickyFieldLimits, StickyToken } from "sticky-uploads"
import type { StagedFile, StickyClient, StickyTarget, StickyUploader } from "sticky-uploads/client"
import { moveFile, removeFile } from "sticky-uploads/view"
import type { UploadFile } from "./parts.js"
import {
  type FieldOptions,
  type FieldUpload,
  type StickyHiddenProps,
  type StickyInputProps,
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
export interface StickyUploads extends FieldUpload {
  inputProps: StickyInputProps & {
    "data-min-files": number | undefined
    "data-max-files": number | undefined
    "data-max-total-bytes": number | undefined
  }
  /** For the files that the page came with, until the client has the input: a page without JavaScript needs them. */
  hiddenProps: readonly StickyHiddenProps[]
  /** In the order in which they are sent. */
  files: readonly StickyUploadsFile[]
  /** What the form submits, in order: for each file its token once there is one, and until then the file itself. */
  value: readonly (StickyToken | File)[]
}

const none: readonly never[] = []

/** As `useStickyUpload`, for an input that takes several files. Its target is that of one: `album.add/photos.*`. */
export function useStickyUploads<TRouter>(
  client: StickyClient<TRouter>,
  target: StickyTarget<TRouter>,
  { defaultFiles = none, ...options }: StickyUploadsOptions = {},
): StickyUploads {
  const { field, upload, files, hide } = useField(client, target, options, defaultFiles, true)
  const { minFiles, maxFiles, maxTotalBytes } = options.limits ?? {}
  const act = (what: (uploader: StickyUploader) => void) => {
    const uploader = field.uploader()
    if (uploader) what(uploader)
  }
  return {
    ...upload,
    inputProps: {
      ...upload.inputProps,
      "data-min-files": minFiles,
      "data-max-files": maxFiles,
      "data-max-total-bytes": maxTotalBytes,
    },
    hiddenProps: field.uploader() ? none : defaultFiles.map(({ token }) => hide(token)),
    files: files.map((file) => ({
      ...file,
      remove: () => act((uploader) => removeFile(uploader, file.id)),
      retry: () => act((uploader) => uploader.retry(file.id)),
      move: (to) => act((uploader) => moveFile(uploader, file.id, to)),
    })),
    value: files.map(({ value }) => value),
  }
}
