import { type Html, html } from "./html.js"

/** The id of the line that says what is wrong with a field, as `stickyField` names its own. */
export function statusId(id: string): string {
  return `${id}-status`
}

interface Field {
  id: string
  label: string
  hint?: string
  control: Html
  /** Says what is wrong, where the control does not bring a line for it. */
  error?: Html
}

/** A label, a hint, the input and what is to be said of it. */
export function field({ id, label, hint, control, error }: Field): Html {
  return html`<div class="field">
        <label for="${id}">${label}</label>
        ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
        ${control}
        ${error}
      </div>`
}

/** What is wrong with a field that has no status line of its own. */
export function errorLine(id: string, errors: readonly string[]): Html {
  return html`<output class="sticky-status" id="${statusId(id)}" for="${id}">${errors.join("\n")}</output>`
}
