import { html } from "./html.js"
import { layout } from "./layout.js"

/** The login; `failed` is the one answer to an unknown name and to a wrong password. */
export function loginPage({ username = "", failed = false }: { username?: string; failed?: boolean } = {}): string {
  const state = html`aria-invalid="${String(failed)}"${failed && html` aria-describedby="login-error"`}`
  return layout({
    title: failed ? "Error: log in" : "Log in",
    user: null,
    body: html`
    <section class="card narrow">
      <h1>Log in</h1>
      ${failed && html`<div class="summary" id="login-error" role="alert"><p>The name or the password is not right.</p></div>`}
      <form method="post" action="/login">
        <div class="field">
          <label for="username">Name</label>
          <input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none"
            spellcheck="false" required maxlength="64" ${state}>
        </div>
        <div class="field">
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required
            maxlength="1000" ${state}>
        </div>
        <button class="primary">Log in</button>
      </form>
    </section>`,
  })
}
