import { useStickyUpload } from "@sticky-uploads/react"
import { type FormEvent, useState } from "react"
import type { Stored } from "sticky-uploads/server"
import { client, trpc } from "../client.js"
import { issuesOf } from "../issues.js"

export function SubmissionForm() {
  const [title, setTitle] = useState("")
  const [errors, setErrors] = useState<ReturnType<typeof issuesOf>>({})
  const [saved, setSaved] = useState<Stored>()
  const upload = useStickyUpload(client, "submission.create/upload", {
    required: true,
    errors: errors.upload ? [errors.upload.message] : [],
  })

  async function send(event: FormEvent) {
    event.preventDefault()
    if (!upload.value) return
    try {
      setSaved(await trpc.submission.create.mutate({ title, upload: upload.value }))
      setErrors({})
      setTitle("")
      upload.clear()
    } catch (error) {
      setErrors(issuesOf(error))
    }
  }

  function remove() {
    document.getElementById(upload.inputProps.id)?.focus() // the button goes with its file
    upload.clear()
  }

  return (
    <form onSubmit={send}>
      <label htmlFor="title">Title</label>
      <input
        id="title"
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        aria-invalid={!!errors.title}
        aria-describedby="title-error"
      />
      <p id="title-error">{errors.title?.message}</p>

      <label htmlFor={upload.inputProps.id}>File</label>
      <input {...upload.inputProps} />
      <output {...upload.statusProps} />
      {upload.file && (
        <button type="button" onClick={remove}>
          Remove {upload.file.name}
        </button>
      )}

      <button type="submit">Send</button>
      {saved && <a href={`/saved/${saved.key}`}>{saved.name}</a>}
    </form>
  )
}
