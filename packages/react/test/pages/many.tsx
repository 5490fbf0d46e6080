import { type StickyUploads, type StickyUploadsOptions, useStickyUploads } from "@sticky-uploads/react"
import { useEffect } from "react"
import { client } from "./client.js"
import { Form } from "./form.js"

/** What a test finds on `window`. */
export interface ManyWorld {
  uploads: StickyUploads
}

/** A field for several files, drawn by its page. */
export function Many(options: StickyUploadsOptions) {
  const uploads = useStickyUploads(client, "submission.create/attachments.*", options)
  useEffect(() => void Object.assign(window, { uploads }))
  return (
    <Form>
      <label htmlFor={uploads.inputProps.id}>Files</label>
      <input {...uploads.inputProps} />
      {uploads.hiddenProps.map((props) => (
        <input key={props.value} {...props} />
      ))}
      <output {...uploads.statusProps} />
      <ul>
        {uploads.files.map((file, at) => (
          <li key={file.id}>
            {file.name} {file.state}
            <button type="button" onClick={file.remove}>
              Remove
            </button>
            <button type="button" onClick={() => file.move(at - 1)}>
              Up
            </button>
          </li>
        ))}
      </ul>
    </Form>
  )
}
