import type { InvalidForm } from "sticky-uploads/express"
import { escapeHtml, stickyField } from "sticky-uploads/html"
import { saved, sticky, target } from "./router"

export const page = ({ values, errors, files }: Partial<InvalidForm> = {}) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Submissions</title>
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/style.css">
<script type="module" src="/browser.js"></script>
<main>
<h1>Submissions</h1>
<form method="post" action="/submissions" enctype="multipart/form-data">
  <label for="title">Title</label>
  <input id="title" name="title" value="${escapeHtml(String(values?.title ?? ""))}"
    aria-describedby="title-error" aria-invalid="${!!errors?.title}">
  <p id="title-error">${escapeHtml(errors?.title?.join(" ") ?? "")}</p>
  <label for="upload">An image or a PDF, up to 5 MB</label>
  ${stickyField({
    name: "upload",
    url: `/sticky/${target}`,
    limits: sticky.limits(target),
    required: true,
    files: files?.upload ?? [],
    errors: errors?.upload ?? [],
  })}
  <button>Send</button>
</form>
<ul>
  ${saved.map(({ title, name }) => `<li>${escapeHtml(title)}: ${escapeHtml(name)}</li>`).join("\n  ")}
</ul>
</main>
</html>
`
