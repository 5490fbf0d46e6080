"use client"

import { StickyField } from "@sticky-uploads/react"
import { useActionState } from "react"
import { formatBytes, type StickyFileLimits } from "sticky-uploads"
import type { InvalidForm } from "sticky-uploads/fetch"
import { submit } from "./actions"
import { AttachmentsField } from "./attachments-field"
import { client } from "./client"

const empty: InvalidForm = { values: {}, errors: {}, files: {} }

export interface FormLimits {
  upload: StickyFileLimits
  attachments: StickyFileLimits
}

/** The form: fresh, or after a failed submit with what was typed, what is wrong, and the files that are safe already. */
export function SubmissionForm({ limits }: { limits: FormLimits }) {
  // With JavaScript and without it is this action that takes the form.
  const [{ values, errors, files }, action, isPending] = useActionState(submit, empty)
  const hasFailed = Object.keys(errors).length > 0

  return (
    <form className="card" action={action} aria-labelledby="new">
      {hasFailed && (
        <p className="complaint" role="alert">
          {errors[""]?.join("\n") ?? "This could not be saved yet. What is wrong is said below."}
        </p>
      )}
      <div className="field">
        <label htmlFor="title">Title</label>
        <input
          type="text"
          id="title"
          name="title"
          defaultValue={String(values.title ?? "")}
          aria-required
          aria-invalid={!!errors.title}
          aria-describedby="title-error"
        />
        <p className="error" id="title-error">
          {errors.title?.join("\n")}
        </p>
      </div>
      <StickyField
        client={client}
        target="submission.create/upload"
        id="upload"
        label="Picture or PDF"
        labels={{ size: ({ bytes }) => formatBytes(bytes) }}
        description="An image or a PDF, up to 5 MB."
        required
        limits={limits.upload}
        defaultFile={files.upload?.[0]}
        errors={errors.upload}
      />
      <AttachmentsField limits={limits.attachments} defaultFiles={files.attachments} errors={errors.attachments} />
      <div className="field">
        <label className="box">
          <input
            type="checkbox"
            name="accept"
            defaultChecked={values.accept === "on"}
            aria-invalid={!!errors.accept}
            aria-describedby="accept-error"
          />
          I accept the terms
        </label>
        <p className="error" id="accept-error">
          {errors.accept?.join("\n")}
        </p>
      </div>
      <button type="submit" className="primary" aria-disabled={isPending}>
        {isPending ? "Sending…" : "Send"}
      </button>
    </form>
  )
}
