import type { User } from "../accounts/users.js"
import type { Submission } from "../database/submissions.js"
import { minute, size } from "./format.js"
import { type Html, html } from "./html.js"
import { layout } from "./layout.js"

interface Options {
  user: User
  submissions: Submission[]
  /** Whether these are everyone's, so that each names its owner. */
  everyone: boolean
}

/** The list of what was saved: one's own, or everyone's for an admin. */
export function uploadsPage({ user, submissions, everyone }: Options): string {
  const title = everyone ? "Everyone’s uploads" : "My uploads"
  return layout({
    title,
    user,
    path: everyone ? "/admin/uploads" : "/uploads",
    body: html`
    <div class="heading">
      <h1>${title}</h1>
      <a class="button" href="/">New upload</a>
    </div>
    ${
      submissions.length === 0
        ? html`<p class="card empty">Nothing has been saved yet.</p>`
        : html`<ol class="uploads">${submissions.map((submission) => row(submission, everyone))}</ol>`
    }`,
  })
}

function row(submission: Submission, everyone: boolean): Html {
  const at = new Date(submission.createdAt)
  return html`
      <li class="card">
        <h2>${submission.title}</h2>
        <p class="meta">${everyone && html`<strong>${submission.userName}</strong> · `}<time datetime="${at.toISOString()}">${minute(at)}</time></p>
        <ul class="files">
          ${fileLink(submission, "upload", submission.upload)}
          ${submission.attachments.map((file, index) => fileLink(submission, String(index + 1), file))}
        </ul>
        ${!everyone && html`<p class="actions"><a class="button" href="/uploads/${submission.id}/edit" aria-label="Edit ${submission.title}">Edit</a></p>`}
      </li>`
}

function fileLink({ id }: Submission, which: string, file: Submission["upload"]): Html {
  return html`<li><a href="/uploads/${id}/${which}" download><bdi>${file.name}</bdi></a> <span class="meta">${file.type}, ${size(file.size)}</span></li>`
}
