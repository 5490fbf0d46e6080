import type { ReactNode } from "react"
import { clearName } from "sticky-uploads"
import type { FileListMessages, StickyClient, StickyTarget } from "sticky-uploads/client"
import type { StickyFieldLabels } from "sticky-uploads/html"
import { type StickyUploadOptions, useStickyUpload } from "./use-sticky-upload.js"

const english = {
  currently: "Currently:",
  clear: "Clear",
  remove: () => "Remove",
  retry: () => "Try again",
  uploaded: () => "Uploaded",
  size: ({ bytes }: { bytes: number }) => `${Math.ceil(bytes / 1000)} kB`,
}

export interface StickyFieldProps<TRouter> extends StickyUploadOptions {
  /** What uploads; made once, outside of any component. */
  client: StickyClient<TRouter>
  /** The procedure and the path of its field, such as `submission.create/upload`. */
  target: StickyTarget<TRouter>
  /** What the field is called. */
  label: ReactNode
  /** What the field takes, in words. */
  description?: ReactNode
  /** The words that the client's `messages` do not have. @default English */
  labels?: Pick<StickyFieldLabels, "currently" | "clear"> & Partial<FileListMessages>
}

/**
 * A field for one file without any style: label, description, input, status line, and the file with its name, size, progress
 * and buttons. Its class names are those of `stickyField` and `showFiles`.
 */
export function StickyField<TRouter>({
  client,
  target,
  label,
  description,
  labels,
  ...options
}: StickyFieldProps<TRouter>) {
  const say = { ...english, ...client.messages, ...labels }
  const upload = useStickyUpload(client, target, options)
  const { file, inputProps } = upload
  const { id, name, form } = inputProps
  // Empty where nothing is picked.
  const state = file && file.id > 0 ? file.state : ""
  const shown = file ?? options.defaultFile

  const button = (act: "remove" | "retry", press: () => void) => (
    <button
      type="button"
      className={`sticky-${act}`}
      aria-label={`${say[act]()} ${shown?.name}`}
      onClick={() => {
        document.getElementById(id)?.focus()
        press()
      }}
    >
      {say[act]()}
    </button>
  )

  return (
    <div className="sticky-field">
      <label htmlFor={id}>{label}</label>
      {description && (
        <div className="sticky-description" id={`${id}-description`}>
          {description}
        </div>
      )}
      <input {...upload.hiddenProps} />
      <input {...inputProps} aria-describedby={description ? `${id}-description ${id}-status` : `${id}-status`} />
      <output {...upload.statusProps} />
      {shown && (
        <div className={state ? "sticky-file" : "sticky-current"} data-state={state}>
          {!state && say.currently} <bdi className="sticky-name">{shown.name}</bdi>{" "}
          {/* No output: a form's reset would write its text anew, which is React's. */}
          <span className="sticky-size" role="status">
            {say.size({ bytes: shown.size })} {state === "ready" && say.uploaded()}
          </span>{" "}
          {/ing/.test(state) && (
            <progress className="sticky-progress" aria-label={shown.name} value={upload.progress} />
          )}
          {state === "failed" && button("retry", upload.retry)}
          {state
            ? button("remove", upload.reset)
            : !options.required && (
                <label className="sticky-box">
                  <input
                    type="checkbox"
                    name={clearName(name)}
                    form={form}
                    checked={!file}
                    onChange={file ? upload.clear : upload.reset}
                  />{" "}
                  {say.clear}
                </label>
              )}
        </div>
      )}
    </div>
  )
}
