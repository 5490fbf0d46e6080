import { useCallback, useEffect, useId, useState, useSyncExternalStore } from "react"
import { hiddenName, type StickyFileLimits } from "sticky-uploads"
import type { AttachOptions, StagedFile, StickyClient, StickyTarget } from "sticky-uploads/client"
import { createField, type Field, type Shown } from "./field.js"

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
  /** Ids of what else describes the field. */
  describedBy?: string | undefined
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
  form: string | undefined
  className: string
  /** What the server said when the page came; the text is the client's from then on. */
  children: string
}

const none: readonly never[] = []

/** What both hooks have in common. */
export function useField<TRouter>(
  client: StickyClient<TRouter>,
  target: StickyTarget<TRouter>,
  options: FieldOptions,
  files: readonly StagedFile[],
  multiple: boolean,
): {
  field: Field
  shown: Shown
  inputProps: StickyInputProps
  statusProps: StickyStatusProps
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
    errors = none,
    describedBy,
    ...hooks
  } = options
  const given = { files, errors, required, hooks }
  const [field] = useState(() => createField(given))
  useSyncExternalStore(field.subscribe, field.key, field.key)
  useEffect(() => field.take(given))

  // biome-ignore lint/correctness/useExhaustiveDependencies: the client reads these once, when it is given the input.
  const ref = useCallback(
    (input: HTMLInputElement | null) => field.tie(input, (input, hooks) => client.attach(input, target, hooks)),
    [field, client, target, name, id, form, multiple, required],
  )
  const [words] = useState(() => errors.join("\n"))
  const shown = field.look()
  const statusId = `${id}-status`

  return {
    field,
    shown,
    inputProps: {
      type: "file",
      name,
      id,
      form,
      multiple,
      required: required && !shown.files.some(({ value }) => typeof value === "string"),
      accept: limits?.accept?.join(","),
      "data-max-bytes": limits?.maxBytes,
      "data-min-bytes": limits?.minBytes,
      "aria-describedby": describedBy ? `${describedBy} ${statusId}` : statusId,
      // The client's from then on.
      "aria-invalid": !!words,
      ref,
    },
    statusProps: { id: statusId, htmlFor: id, form, className: "sticky-status", children: words },
    hide: (value = "") => ({ type: "hidden", name: hiddenName(name), value, form, "data-of": id }),
  }
}
