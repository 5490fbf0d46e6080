import { zodResolver } from "@hookform/resolvers/zod"
import { useStickyUpload } from "@sticky-uploads/react"
import { useEffect, useState } from "react"
import { useController, useForm } from "react-hook-form"
import type { Stored } from "sticky-uploads/server"
import { client, trpc } from "../client.js"
import { issuesOf } from "../issues.js"
import { submission } from "../submission.js"

export function SubmissionForm() {
  const [saved, setSaved] = useState<Stored>()
  const form = useForm({
    // Raw: the token is to be sent, and not what the schema makes of it.
    resolver: zodResolver(submission, undefined, { raw: true }),
    defaultValues: { title: "" },
  })
  const { title, upload: refused } = form.formState.errors
  const { field } = useController({ control: form.control, name: "upload" })
  const upload = useStickyUpload(client, "submission.create/upload", {
    errors: refused?.message ? [refused.message] : [],
  })
  useEffect(() => {
    field.onChange(upload.value)
  }, [field.onChange, upload.value])

  const send = form.handleSubmit(async (values) => {
    try {
      setSaved(await trpc.submission.create.mutate(values))
      form.reset()
      upload.clear()
    } catch (error) {
      for (const [name, issue] of Object.entries(issuesOf(error))) form.setError(name as "title" | "upload", issue)
    }
  })

  function remove() {
    document.getElementById(upload.inputProps.id)?.focus() // the button goes with its file
    upload.clear()
  }

  return (
    <form onSubmit={send}>
      <label htmlFor="title">Title</label>
      <input id="title" {...form.register("title")} aria-invalid={!!title} aria-describedby="title-error" />
      <p id="title-error">{title?.message}</p>

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
