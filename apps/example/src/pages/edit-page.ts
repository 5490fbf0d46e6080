import type { InvalidForm } from "sticky-uploads/express"
import type { Sticky, Stored } from "sticky-uploads/server"
import type { User } from "../accounts/users.js"
import type { Context } from "../context.js"
import type { Submission } from "../database/submissions.js"
import { html } from "./html.js"
import { layout } from "./layout.js"
import { attachmentsField, errorSummary, type Filling, titleField, uploadField } from "./submission-fields.js"

interface Options {
  user: User
  submission: Submission
  /** What came back of a submit that failed. */
  form?: InvalidForm
}

export type EditPage = (options: Options) => string

/** The form of what was saved: with the files that it has, or after a failed submit with what was made of them. */
export const createEditPage =
  (sticky: Filling["sticky"] & Pick<Sticky<Context>, "existing">): EditPage =>
  ({ user, submission, form }) => {
    const filling: Filling = { sticky, user, procedure: "submission.update" }
    const existing = (stored: Stored, field: string) =>
      sticky.existing(stored, { ctx: { user }, target: `submission.update/${field}` })
    const saved: InvalidForm["files"] = {
      upload: [existing(submission.upload, "upload")],
      attachments: submission.attachments.map((each) => existing(each, "attachments.*")),
    }
    // A field that was cleared is not among them. Where nothing of one is good any more, what was saved is.
    const sent = Object.entries(form?.files ?? {})
    const shown: InvalidForm = {
      values: form?.values ?? { title: submission.title },
      errors: form?.errors ?? {},
      files: form
        ? Object.fromEntries(sent.map(([name, files]) => [name, files[0] ? files : (saved[name] ?? [])]))
        : saved,
    }
    return layout({
      title: form ? "Error: edit an upload" : "Edit an upload",
      user,
      body: html`
    <form class="card" id="edit" method="post" action="/uploads/${submission.id}/edit" enctype="multipart/form-data">
      <h1>Edit an upload</h1>
      <p class="lead">What you do not touch stays as it is.</p>
      ${errorSummary(shown)}
      <input type="hidden" name="id" value="${submission.id}">
      ${titleField(shown)}
      ${uploadField(shown, filling)}
      ${attachmentsField(shown, filling)}
      <p class="actions"><button class="primary">Save</button> <a class="button" href="/uploads">Cancel</a></p>
    </form>`,
    })
  }
