import { type StickyUploadsOptions, useStickyUploads } from "@sticky-uploads/react"
import { formatBytes } from "sticky-uploads"
import { client } from "./client"

/** Several files, made of the hook's parts: each with its progress and a button, or without JavaScript with a box to keep it. */
export function AttachmentsField(options: Pick<StickyUploadsOptions, "limits" | "defaultFiles" | "errors">) {
  const { inputProps, statusProps, hiddenProps, files } = useStickyUploads(client, "submission.create/attachments.*", {
    id: "attachments",
    describedBy: "attachments-description",
    ...options,
  })
  return (
    <div className="sticky-field">
      <label htmlFor="attachments">Attachments</label>
      <div className="sticky-description" id="attachments-description">
        Optional: up to three files of any kind, 12 MB each.
      </div>
      <input {...inputProps} />
      <output {...statusProps} />
      <ul aria-label="Picked attachments">
        {files.map(({ id, name, size, state, progress, remove, retry }, at) => (
          <li key={id} className="sticky-file" data-state={state}>
            {hiddenProps[at] && (
              <label className="box">
                <input {...hiddenProps[at]} type="checkbox" defaultChecked aria-label={`Keep ${name}`} /> Keep
              </label>
            )}
            <bdi className="sticky-name">{name}</bdi>
            <span className="sticky-size">{formatBytes(size)}</span>
            {/ing$/.test(state) && <progress aria-label={name} value={progress} />}
            {state === "failed" && (
              <button type="button" aria-label={`Try ${name} again`} onClick={retry}>
                Try again
              </button>
            )}
            {!hiddenProps[at] && (
              <button
                type="button"
                aria-label={`Remove ${name}`}
                onClick={() => {
                  // The button goes with its file.
                  document.getElementById(inputProps.id)?.focus()
                  remove()
                }}
              >
                Remove
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
