import { getFormProps, getInputProps, type SubmissionResult, useForm } from "@conform-to/react"
import { parseWithZod } from "@conform-to/zod/v4"
import { useStickyUpload } from "@sticky-uploads/react"
import type { StickyFieldFile } from "sticky-uploads/html"
import { client } from "../client.js"
import { submission } from "../submission.js"

export interface SubmissionFormProps {
  /** What the server said of the form. */
  lastResult?: SubmissionResult
  /** The file that it kept. */
  file?: StickyFieldFile | undefined
}

export function SubmissionForm({ lastResult, file }: SubmissionFormProps) {
  const [form, fields] = useForm({
    lastResult,
    onValidate({ formData }) {
      // The token goes in a hidden field of its own.
      if (upload.value) formData.set("upload", upload.value)
      // A title that is left empty is "" for the schema, as it is on the server.
      return parseWithZod(formData, { schema: submission, disableAutoCoercion: true })
    },
  })
  const upload = useStickyUpload(client, "submission.create/upload", {
    defaultFile: file,
    errors: fields.upload.errors,
  })

  function remove() {
    document.getElementById(upload.inputProps.id)?.focus() // the button goes with its file
    upload.clear()
  }

  return (
    <form {...getFormProps(form)} method="post" action="/submissions" encType="multipart/form-data">
      <label htmlFor={fields.title.id}>Title</label>
      <input
        {...getInputProps(fields.title, { type: "text", ariaAttributes: true })}
        aria-describedby={fields.title.errorId}
      />
      <p id={fields.title.errorId}>{fields.title.errors}</p>

      <label htmlFor={upload.inputProps.id}>File</label>
      <input {...upload.inputProps} />
      <input {...upload.hiddenProps} />
      <output {...upload.statusProps} />
      {upload.file && (
        <p>
          Currently: {upload.file.name}
          <button type="button" onClick={remove}>
            Remove {upload.file.name}
          </button>
        </p>
      )}

      <button type="submit">Send</button>
    </form>
  )
}
