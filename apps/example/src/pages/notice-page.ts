import type { User } from "../accounts/users.js"
import { html } from "./html.js"
import { layout } from "./layout.js"

/** Thanks for a submission that was saved. */
export function thanksPage(user: User): string {
  return layout({
    title: "Thank you",
    user,
    body: html`
    <section class="card narrow notice">
      <h1>Thank you</h1>
      <p>Your upload was saved.</p>
      <p class="actions"><a class="button" href="/uploads">See my uploads</a> <a href="/">Send another one</a></p>
    </section>`,
  })
}

/** A page for what cannot be shown: not allowed, not found, not working. */
export function problemPage(user: User | null, title: string, text: string): string {
  return layout({
    title,
    user,
    body: html`
    <section class="card narrow notice">
      <h1>${title}</h1>
      <p>${text}</p>
      <p class="actions"><a href="/">Back to the start</a></p>
    </section>`,
  })
}
