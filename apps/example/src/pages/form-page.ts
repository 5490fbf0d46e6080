import type { InvalidForm } from "sticky-uploads/express"
import type { User } from "../accounts/users.js"
import { errorLine, statusId } from "./field.js"
import { type Html, html } from "./html.js"
import { layout } from "./layout.js"
import { attachmentsField, errorSummary, type Filling, titleField, uploadField } from "./submission-fields.js"

const empty: InvalidForm = { values: {}, errors: {}, files: {} }

export type FormPage = (user: User | null, form?: InvalidForm) => string

/** The form: fresh, or after a failed submit with what was typed, what is wrong, and the files that are safe already. */
export const createFormPage =
  (sticky: Filling["sticky"]): FormPage =>
  (user, form = empty) => {
    const filling: Filling = { sticky, user, procedure: "submission.create" }
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
      ${uploadField(form, filling)}
      ${attachmentsField(form, filling)}
      ${acceptField(form)}
      <p class="actions"><button class="primary">Send</button> <output class="hint" id="sending"></output></p>
    </form>`,
    })
  }

/** The box is not `required`: leaving it out is how one sees a form fail on the server and the file stay. */
function acceptField({ values, errors: { accept: errors = [] } }: InvalidForm): Html {
  const checked = values.accept === "on" && html` checked`
  return html`<div class="field">
        <label class="check" for="accept"><input type="checkbox" id="accept" name="accept" value="on"${checked}
          aria-describedby="${statusId("accept")}" aria-invalid="${String(errors.length > 0)}">I accept the terms</label>
        ${errorLine("accept", errors)}
      </div>`
}
