import { useStickyUpload } from "@sticky-uploads/react"
import { revalidateLogic, useField, useForm } from "@tanstack/react-form"
import { useEffect, useState } from "react"
import type { StickyToken } from "sticky-uploads"
import type { Stored } from "sticky-uploads/server"
import type * as z from "sticky-uploads/zod"
import { client, trpc } from "../client.js"
import { issuesOf } from "../issues.js"
import { submission } from "../submission.js"

export function SubmissionForm() {
  const [saved, setSaved] = useState<Stored>()
  const form = useForm({
    defaultValues: { title: "" } as z.input<typeof submission>,
    validationLogic: revalidateLogic(), // on submit, and from then on with each change
    validators: { onDynamic: submission },
    async onSubmit({ value, formApi }) {
      try {
        setSaved(await trpc.submission.create.mutate(value))
        formApi.reset()
        upload.clear()
      } catch (error) {
        formApi.setErrorMap({ onDynamic: { fields: issuesOf(error) } })
      }
    },
  })
  const title = useField({ form, name: "title" })
  const file = useField({ form, name: "upload" })
  const upload = useStickyUpload(client, "submission.create/upload", {
    errors: file.state.meta.errors.flatMap((issue) => issue?.message ?? []),
  })
  // Where there is none, it is for the schema to say so.
  useEffect(() => file.handleChange(upload.value as StickyToken), [file.handleChange, upload.value])
  const titleErrors = title.state.meta.errors.map((issue) => issue?.message)

  function remove() {
    document.getElementById(upload.inputProps.id)?.focus() // the button goes with its file
    upload.clear()
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void form.handleSubmit()
      }}
    >
      <label htmlFor="title">Title</label>
      <input
        id="title"
        value={title.state.value}
        onChange={(event) => title.handleChange(event.target.value)}
        aria-invalid={titleErrors.length > 0}
        aria-describedby="title-error"
      />
      <p id="title-error">{titleErrors}</p>

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
