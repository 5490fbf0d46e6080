import { type StickyUploadsOptions, useStickyUploads } from "@sticky-uploads/react"
import { useState } from "react"
import { formatBytes } from "sticky-uploads"
import { client } from "./client"
import { MoveButton } from "./move-button"

/**
 * Several files, made of the hook's parts: each with its progress and buttons, also to put them in order, or without
 * JavaScript with a box to keep it.
 */
export function AttachmentsField(options: Pick<StickyUploadsOptions, "limits" | "defaultFiles" | "errors">) {
  const { inputProps, statusProps, hiddenProps, files } = useStickyUploads(client, "submission.create/attachments.*", {
    id: "attachments",
    ...options,
  })
  const [moved, setMoved] = useState("")

  /** For a button that goes with what it does: who works by keyboard stays at the field. */
  const leaving = (act: () => void) => () => {
    document.getElementById(inputProps.id)?.focus()
    setMoved("")
    act()
  }
  const moveOf =
    ({ name, move }: (typeof files)[number]) =>
    (to: number) => {
      move(to)
      setMoved(`${name} is now ${to + 1} of ${files.length}.`)
    }

  return (
    <div className="sticky-field">
      <label htmlFor="attachments">Attachments</label>
      <div className="sticky-description" id="attachments-description">
        Optional: up to three files of any kind, 12 MB each.
      </div>
      <input {...inputProps} aria-describedby={`attachments-description ${statusProps.id}`} />
      <output {...statusProps} />
      <ul aria-label="Picked attachments">
        {files.map((file, at) => (
          <li key={file.id} className="sticky-file" data-state={file.state}>
            {hiddenProps[at] && (
              <label className="box">
                <input {...hiddenProps[at]} type="checkbox" defaultChecked aria-label={`Keep ${file.name}`} /> Keep
              </label>
            )}
            <bdi className="sticky-name">{file.name}</bdi>
            <span className="sticky-size">{formatBytes(file.size)}</span>
            {/ing$/.test(file.state) && <progress aria-label={file.name} value={file.progress} />}
            {file.state === "failed" && (
              <button type="button" aria-label={`Try again ${file.name}`} onClick={leaving(file.retry)}>
                Try again
              </button>
            )}
            {!hiddenProps[at] && (
              <>
                {(["up", "down"] as const).map((way) => (
                  <MoveButton key={way} {...{ way, at }} name={file.name} count={files.length} onMove={moveOf(file)} />
                ))}
                <button type="button" aria-label={`Remove ${file.name}`} onClick={leaving(file.remove)}>
                  Remove
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      <output className="sticky-moved">{moved}</output>
    </div>
  )
}
