import type { InvalidForm } from "sticky-uploads/express"
import { stickyField } from "sticky-uploads/html"
import type { Sticky } from "sticky-uploads/server"
import type { User } from "../accounts/users.js"
import type { Context } from "../context.js"
import { errorLine, field, statusId } from "./field.js"
import { type Html, html, trusted } from "./html.js"
import { layout } from "./layout.js"

const empty: InvalidForm = { values: {}, errors: {}, files: {} }

const labels = { title: "Title", upload: "Picture or PDF", attachments: "Attachments", accept: "I accept the terms" }

/** Says what the schema allows a target, and where a file that waits can be looked at. */
type Files = Pick<Sticky<Context>, "limits" | "preview">

export type FormPage = (user: User | null, form?: InvalidForm) => string

/** The form: fresh, or after a failed submit with what was typed, what is wrong, and the files that are safe already. */
export const createFormPage =
  (sticky: Files): FormPage =>
  (user, form = empty) => {
    const failed = Object.keys(form.errors).length > 0
    return layout({
      title: failed ? "Error: new upload" : "New upload",
      user,
      path: "/",
      body: html`
    <form class="card" id="submission" method="post" action="/submissions" enctype="multipart/form-data">
      <h1>New upload</h1>
      <p class="lead">A file you picked stays picked: when something else has to be mended, it is already here.</p>
      ${errorSummary(form)}
      ${titleField(form)}
      ${uploadField(form, sticky, user)}
      ${attachmentsField(form, sticky)}
      ${acceptField(form)}
      <p class="actions"><button class="primary">Send</button> <output class="hint" id="sending"></output></p>
    </form>`,
    })
  }

function titleField({ values, errors: { title: errors = [] } }: InvalidForm): Html {
  const input = html`<input id="title" name="title" value="${String(values.title ?? "")}" required maxlength="200"
        aria-describedby="${statusId("title")}" aria-invalid="${String(errors.length > 0)}">`
  return field({ id: "title", label: labels.title, control: input, error: errorLine("title", errors) })
}

function uploadField({ files, errors }: InvalidForm, sticky: Files, user: User | null): Html {
  const [file] = files.upload ?? []
  const control = stickyField({
    name: "upload",
    url: "/sticky/submission.create/upload",
    limits: sticky.limits("submission.create/upload"),
    files: file ? [file] : [],
    errors: errors.upload ?? [],
    required: true,
    describedBy: "upload-hint",
  })
  const picture = file?.type.startsWith("image/") && sticky.preview(file.token, { ctx: { user } })
  // Scripts have a list of the picked files instead. What the picture is, the field says beside it.
  const shown = picture && html`<noscript><img class="preview" src="/previews/${picture.reference}" alt=""></noscript>`
  return fileField("upload", "An image or a PDF, up to 5 MB.", html`${shown}${trusted(control)}`)
}

function attachmentsField({ files, errors: { attachments: errors = [] } }: InvalidForm, { limits }: Files): Html {
  const control = stickyField({
    name: "attachments",
    url: "/sticky/submission.create/attachments.*",
    limits: limits("submission.create/attachments.*"),
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

/** The box is not `required`: leaving it out is how one sees a form fail on the server and the file stay. */
function acceptField({ values, errors: { accept: errors = [] } }: InvalidForm): Html {
  const checked = values.accept === "on" && html` checked`
  return html`<div class="field">
        <label class="check" for="accept"><input type="checkbox" id="accept" name="accept" value="on"${checked}
          aria-describedby="${statusId("accept")}" aria-invalid="${String(errors.length > 0)}">${labels.accept}</label>
        ${errorLine("accept", errors)}
      </div>`
}

function labelOf(name: string): string {
  return Object.hasOwn(labels, name) ? labels[name as keyof typeof labels] : name
}

/** What is wrong, at the top, each message a link to its field; there but hidden while nothing is, for the browser's part. */
function errorSummary({ errors }: InvalidForm): Html {
  const all = Object.entries(errors).flatMap(([name, messages]) => messages.map((message) => ({ name, message })))
  return html`<div class="summary" id="summary" role="alert" tabindex="-1"${all.length === 0 && html` hidden`}>
        <h2>This could not be saved yet</h2>
        <ul>${all.map(({ name, message }) =>
          name === "" ? html`<li>${message}</li>` : html`<li><a href="#${name}">${labelOf(name)}: ${message}</a></li>`,
        )}</ul>
      </div>`
}
