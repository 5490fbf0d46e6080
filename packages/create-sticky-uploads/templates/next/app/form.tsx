"use client"

import { StickyField } from "@sticky-uploads/react"
import { useActionState } from "react"
import type { StickyFileLimits } from "sticky-uploads"
import { createStickyClient } from "sticky-uploads/client"
import type { InvalidForm } from "sticky-uploads/fetch"
import { retries } from "sticky-uploads/view"
import type { AppRouter } from "../server/app"
import { submit } from "./actions"

const client = createStickyClient<AppRouter>({ url: "/sticky", submit: "wait", retry: retries() })
const empty: InvalidForm = { values: {}, errors: {}, files: {} }

export function SubmissionForm({ limits }: { limits: StickyFileLimits }) {
  const [{ values, errors, files }, action] = useActionState(submit, empty)
  return (
    <form action={action}>
      <label htmlFor="title">Title</label>
      <input
        id="title"
        name="title"
        defaultValue={String(values.title ?? "")}
        aria-describedby="title-error"
        aria-invalid={!!errors.title}
      />
      <p id="title-error">{errors.title}</p>
      <StickyField
        client={client}
        target="submission.create/upload"
        label="An image or a PDF, up to 5 MB"
        limits={limits}
        defaultFile={files.upload?.[0]}
        errors={errors.upload}
        required
      />
      <button type="submit">Send</button>
    </form>
  )
}
