import { escapeHtml, stickyField } from "sticky-uploads/html"
import { type Page, savedLink } from "./page.js"

/** The form as HTML, which a script may take over. */
export const htmlPage = (script?: string): Page => ({
  script,
  body({ form, saved }, sticky) {
    const errors = form?.errors.title ?? []
    return `<form method="post" action="/submissions" enctype="multipart/form-data">
  <label for="title">Title</label>
  <input id="title" name="title" value="${escapeHtml(String(form?.values.title ?? ""))}" aria-invalid="${errors.length > 0}" aria-describedby="title-error">
  <p id="title-error">${escapeHtml(errors.join(" "))}</p>
  <label for="upload">File</label>
  ${stickyField({
    name: "upload",
    url: "/sticky/submission.create/upload",
    limits: sticky.limits("submission.create/upload"),
    files: form?.files.upload ?? [],
    errors: form?.errors.upload ?? [],
    required: true,
  })}
  <button>Send</button>
</form>
${savedLink(saved)}`
  },
})
