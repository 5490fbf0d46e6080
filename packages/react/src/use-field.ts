import { useCallback, useEffect, useId, useState, useSyncExternalStore } from "react"
import { hiddenName, type StickyFileLimits } from "sticky-uploads"
import {
  type AttachOptions,
  type StagedFile,
  type StateName,
  type StickyClient,
  type StickyTarget,
  stateOf,
} from "sticky-uploads/client"
import { createField, type Field } from "./field.js"
import { fileOf, isFile, type UploadFile } from "./parts.js"

/** The options of a field, beside the hooks of its uploader. */
export interface FieldOptions extends AttachOptions {
  /** The form field's name. @default the target's field path; a path with a `*` inside, as `items.*.photo`, needs a name */
  name?: string | undefined
  /** The id of the input, by which its label finds it. @default one that `useId` gives */
  id?: string | undefined
  /** The id of the form, for a field outside of it. */
  form?: string | undefined
  /** A required field that holds a token does not ask the browser for a file. @default false */
  required?: boolean | undefined
  /** The limits of the schema, which the file picker follows, and `checkLimits` of `sticky-uploads/view`. */
  limits?: StickyFileLimits | undefined
  /** What the server says of the field: shown until something else is chosen. */
  errors?: readonly string[] | undefined
}

/** What a field's `<input>` gets, on a server and in a browser. */
export interface StickyInputProps {
  type: "file"
  name: string
  id: string
  form: string | undefined
  multiple: boolean
  required: boolean
  accept: string | undefined
  "data-max-bytes": number | undefined
  "data-min-bytes": number | undefined
  "aria-describedby": string
  "aria-invalid": boolean
  ref: (input: HTMLInputElement | null) => void
}

/** What a hidden field gets that carries a token: a page without JavaScript needs it, and the client takes it over. */
export interface StickyHiddenProps {
  type: "hidden"
  name: string
  value: string
  form: string | undefined
  "data-of": string
}

/** What the `<output>` gets in which the client says how the field stands. Without one, the client makes its own. */
export interface StickyStatusProps {
  id: string
  htmlFor: string
  className: string
  /** What the server said when the page came; the text is the client's from then on. */
  children: string
}

/** What both hooks say and do. */
export interface FieldUpload {
  inputProps: StickyInputProps
  statusProps: StickyStatusProps
  /** That of the file with which there is most to do: `ready` once all are. */
  state: StateName
  /** What is wrong: what the server said, until something else is chosen, or the client. */
  error: string | undefined
  /** Ends what runs; the files go with the form. */
  abort(): void
  /** Leaves nothing: no file, no error, and no token either, also none that the page came with. */
  clear(): void
  /** Goes back to what the page came with. */
  reset(): void
  /** Uploads again what did not get through. */
  retry(): void
}

/** What both hooks have in common. */
export function useField<TRouter>(
  client: StickyClient<TRouter>,
  target: StickyTarget<TRouter>,
  options: FieldOptions,
  files: readonly StagedFile[],
  multiple: boolean,
): {
  field: Field
  files: UploadFile[]
  upload: FieldUpload
  hide: (token?: string) => StickyHiddenProps
} {
  // Some of the characters that React puts in are none of a selector's.
  const ownId = `sticky-${useId().replace(/\W/g, "")}`
  const {
    name = target.replace(/^[^/]*\/|\.\*$/g, ""),
    id = ownId,
    form,
    required = false,
    limits,
    errors = [],
    ...hooks
  } = options
  const given = { files, errors, hooks }
  const [field] = useState(() => createField(given))
  const parts = useSyncExternalStore(field.subscribe, field.parts, field.parts)
  useEffect(() => field.take(given))

  // biome-ignore lint/correctness/useExhaustiveDependencies: the client reads these once, when it is given the input.
  const ref = useCallback(
    (input: HTMLInputElement | null) => field.tie(input, required, client.attach, target),
    [client, target, name, id, form, required],
  )
  const statusId = `${id}-status`

  return {
    field,
    files: parts.filter(isFile).map(fileOf),
    upload: {
      inputProps: {
        type: "file",
        name,
        id,
        form,
        multiple,
        required: required && !parts.some(({ token }) => token),
        accept: limits?.accept?.join(","),
        "data-max-bytes": limits?.maxBytes,
        "data-min-bytes": limits?.minBytes,
        "aria-describedby": statusId,
        // The client's from then on.
        "aria-invalid": !!field.words,
        ref,
      },
      statusProps: { id: statusId, htmlFor: id, className: "sticky-status", children: field.words },
      state: stateOf(parts),
      error: parts.flatMap(({ message }) => message ?? []).join("\n") || undefined,
      abort: () => field.uploader()?.abort(),
      clear: () => field.uploader()?.clear(),
      reset: () => field.uploader()?.reset(),
      retry: () => field.uploader()?.retry(),
    },
    hide: (value = "") => ({ type: "hidden", name: hiddenName(name), value, form, "data-of": id }),
  }
}
