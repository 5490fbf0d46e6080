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
  const picked = file && file.id > 0
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
        <div className={picked ? "sticky-file" : "sticky-current"} data-state={file?.state}>
          {picked || say.currently} <bdi className="sticky-name">{shown.name}</bdi>{" "}
          <span className="sticky-size">{say.size({ bytes: shown.size })}</span>{" "}
          {picked && /ing$/.test(file.state) && (
            <progress className="sticky-progress" aria-label={shown.name} value={upload.progress} />
          )}
          {picked && file.state === "failed" && button("retry", upload.retry)}
          {picked
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
