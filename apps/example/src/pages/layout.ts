import type { User } from "../accounts/users.js"
import { type Html, html } from "./html.js"

interface Page {
  title: string
  user: User | null
  /** The path of the page in the navigation that is shown now. */
  path?: string
  body: Html
}

/** Wraps a page's content in the frame that all pages share. */
export function layout({ title, user, path, body }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title} · Sticky uploads</title>
  <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/style.css">
  <link rel="stylesheet" href="/assets/files.css">
  <script type="module" src="/assets/app.js"></script>
</head>
<body>
  <a class="skip" href="#main">Skip to the content</a>
  <header class="bar">
    <a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="28" height="28">Sticky uploads</a>
    ${user && navigation(user, path)}
    ${user && account(user)}
  </header>
  <main id="main" tabindex="-1">
${body}
  </main>
  <footer>The example of the <code>sticky-uploads</code> toolkit. It works without JavaScript, too.</footer>
</body>
</html>
`.toString()
}

function navigation(user: User, path: string | undefined): Html {
  const link = (to: string, label: string) =>
    html`<li><a class="tab" href="${to}"${to === path && html` aria-current="page"`}>${label}</a></li>`
  return html`<nav aria-label="Pages"><ul>
      ${link("/", "New upload")}
      ${link("/uploads", "My uploads")}
      ${user.isAdmin && link("/admin/uploads", "Everyone’s")}
      ${user.isAdmin && link("/admin/dashboard", "Dashboard")}
    </ul></nav>`
}

function account(user: User): Html {
  return html`<form class="account" method="post" action="/logout">
      <span>Logged in as <strong>${user.name}</strong></span>
      <button class="quiet">Log out</button>
    </form>`
}
