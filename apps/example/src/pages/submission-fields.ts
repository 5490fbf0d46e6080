import type { InvalidForm } from "sticky-uploads/express"
import { stickyField } from "sticky-uploads/html"
import type { Sticky } from "sticky-uploads/server"
import type { User } from "../accounts/users.js"
import type { Context } from "../context.js"
import { errorLine, field, statusId } from "./field.js"
import { type Html, html, trusted } from "./html.js"

const labels = { title: "Title", upload: "Picture or PDF", attachments: "Attachments", accept: "I accept the terms" }

/** Who fills the form in, and the procedure that it goes to. */
export interface Filling {
  sticky: Pick<Sticky<Context>, "limits" | "preview">
  user: User | null
  procedure: "submission.create" | "submission.update"
}

export function titleField({ values, errors: { title: errors = [] } }: InvalidForm): Html {
  const input = html`<input id="title" name="title" value="${String(values.title ?? "")}" required maxlength="200"
        aria-describedby="${statusId("title")}" aria-invalid="${String(errors.length > 0)}">`
  return field({ id: "title", label: labels.title, control: input, error: errorLine("title", errors) })
}

export function uploadField({ files, errors }: InvalidForm, { sticky, user, procedure }: Filling): Html {
  const [file] = files.upload ?? []
  const target = `${procedure}/upload`
  const control = stickyField({
    name: "upload",
    url: `/sticky/${target}`,
    limits: sticky.limits(target),
    files: file ? [file] : [],
    errors: errors.upload ?? [],
    required: true,
    describedBy: "upload-hint",
  })
  const isShown = file !== undefined && !file.isExisting && file.type.startsWith("image/")
  const picture = isShown && sticky.preview(file.token, { ctx: { user } })
  // Scripts have a list of the picked files instead. What the picture is, the field says beside it.
  const shown = picture && html`<noscript><img class="preview" src="/previews/${picture.reference}" alt=""></noscript>`
  return fileField("upload", "An image or a PDF, up to 5 MB.", html`${shown}${trusted(control)}`)
}

export function attachmentsField(
  { files, errors: { attachments: errors = [] } }: InvalidForm,
  { sticky, procedure }: Filling,
): Html {
  const target = `${procedure}/attachments.*`
  const control = stickyField({
    name: "attachments",
    url: `/sticky/${target}`,
    limits: sticky.limits(target),
    files: files.attachments ?? [],
    errors,
    multiple: true,
    describedBy: "attachments-hint",
  })
  return fileField("attachments", "Optional: up to three files of any kind, 12 MB each.", trusted(control))
}

function fileField(id: keyof typeof labels, hint: string, control: Html): Html {
  return field({ id, label: labels[id], hint, control })
}

function labelOf(name: string): string {
  return Object.hasOwn(labels, name) ? labels[name as keyof typeof labels] : name
}

/** What is wrong, at the top, each message a link to its field; there but hidden while nothing is, for the browser's part. */
export function errorSummary({ errors }: InvalidForm): Html {
  const all = Object.entries(errors).flatMap(([name, messages]) => messages.map((message) => ({ name, message })))
  return html`<div class="summary" id="summary" role="alert" tabindex="-1"${all.length === 0 && html` hidden`}>
        <h2>This could not be saved yet</h2>
        <ul>${all.map(({ name, message }) =>
          name === "" ? html`<li>${message}</li>` : html`<li><a href="#${name}">${labelOf(name)}: ${message}</a></li>`,
        )}</ul>
      </div>`
}
