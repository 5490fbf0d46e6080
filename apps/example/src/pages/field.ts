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
  /** What follows the control: lines that are always there, for the browser's part to fill. */
  lines: Html
}

/** A label, a hint, the input and what is to be said of it. */
export function field({ id, label, hint, control, lines }: Field): Html {
  return html`<div class="field">
        <label for="${id}">${label}</label>
        ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
        ${control}
        ${lines}
      </div>`
}

/** What is wrong with a field that has no status line of its own. */
export function errorLine(id: string, errors: readonly string[]): Html {
  return html`<output class="sticky-status" id="${statusId(id)}" for="${id}">${errors.join("\n")}</output>`
}

/** Where the browser's part says that a file is safe. */
export function noteLine(id: string): Html {
  return html`<output class="note" id="${id}-note" for="${id}"></output>`
}
