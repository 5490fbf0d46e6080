import { type Html, html } from "./html.js"

/** One message of a form and the field it is about; `""` is the form as a whole. */
export interface FieldError {
  field: string
  label: string
  message: string
}

/** What ties an input to its hint and its errors, for whoever renders the input. */
export function describedBy(id: string, hasHint: boolean): string {
  return hasHint ? `${id}-hint ${id}-error` : `${id}-error`
}

interface Field {
  id: string
  label: string
  hint?: string
  errors: readonly string[]
  control: Html
}

/** A label, a hint, the input and its errors; the place for errors is always there, for the browser to fill. */
export function field({ id, label, hint, errors, control }: Field): Html {
  return html`<div class="field${errors.length > 0 && " invalid"}" data-field="${id}">
      <label for="${id}">${label}</label>
      ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
      ${control}
      ${errorList(id, errors)}
    </div>`
}

/** The messages of one field. */
export function errorList(id: string, errors: readonly string[]): Html {
  return html`<div class="errors" id="${id}-error">${errors.map((message) => html`<p>${message}</p>`)}</div>`
}

/** What is wrong with a form, at its top, each message a link to its field; empty while nothing is. */
export function errorSummary(errors: readonly FieldError[]): Html {
  return html`<div class="summary" id="summary" tabindex="-1"${errors.length === 0 && html` hidden`}>
      <h2>This could not be saved yet</h2>
      <ul>${errors.map(
        ({ field, label, message }) =>
          html`<li>${field === "" ? message : html`<a href="#${field}">${label}: ${message}</a>`}</li>`,
      )}</ul>
    </div>`
}
