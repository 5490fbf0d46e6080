import { escapeHtml } from "sticky-uploads/html"
import type { InvalidForm, Stored } from "sticky-uploads/server"
import type { ServerSide } from "../server.js"

/** What a page is asked for: fresh, after a form that failed, or after one that was saved. */
export interface PageState {
  readonly form?: InvalidForm | undefined
  readonly saved?: Pick<Stored, "key" | "name"> | undefined
}

/** A way to show the form, whoever serves it. */
export interface Page {
  /** The text of its script, where it has one. */
  readonly script?: string | undefined
  /** Writes what is in its body. */
  body(state: PageState, sticky: ServerSide["sticky"]): string
}

/** Reads what a redirect after success says. */
export function savedOf(query: URLSearchParams): PageState["saved"] {
  const [key, name] = [query.get("key"), query.get("name")]
  return key && name ? { key, name } : undefined
}

/** Leads to what was saved. */
export const savedLink = (saved: PageState["saved"]) =>
  `<p id="saved">${saved ? `Saved: <a href="/saved/${saved.key}">${escapeHtml(saved.name)}</a>` : ""}</p>`

export function writePage({ script, body }: Page, state: PageState, { sticky }: ServerSide): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Submit</title>
<main>
<h1>Submit</h1>
${body(state, sticky)}
</main>
${script === undefined ? "" : '<script src="/script.js"></script>'}
</html>`
}
