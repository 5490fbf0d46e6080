import type { FieldErrors } from "./field-errors.js"

/** Writes the messages where the server's own page has them: at the fields, and as a list of links at the top. */
export function showErrors(form: HTMLFormElement, errors: FieldErrors): void {
  for (const status of form.querySelectorAll<HTMLOutputElement>("output.sticky-status")) {
    const input = document.getElementById(status.htmlFor.value)
    const messages = errors[status.htmlFor.value] ?? []
    status.textContent = messages.join("\n")
    input?.setAttribute("aria-invalid", String(messages.length > 0))
  }

  const isFine = Object.keys(errors).length === 0
  const summary = form.querySelector<HTMLElement>("#summary")
  summary
    ?.querySelector("ul")
    ?.replaceChildren(
      ...Object.entries(errors).flatMap(([name, messages]) => messages.map((message) => line(form, name, message))),
    )
  summary?.toggleAttribute("hidden", isFine)
  if (!isFine) summary?.focus()
  document.title = `${isFine ? "" : "Error: "}${document.title.replace(/^Error: /, "")}`
}

function line(form: HTMLFormElement, name: string, message: string): HTMLLIElement {
  const item = document.createElement("li")
  if (name === "") {
    item.textContent = message
    return item
  }
  const link = document.createElement("a")
  link.href = `#${name}`
  link.textContent = `${form.querySelector(`label[for="${name}"]`)?.textContent ?? name}: ${message}`
  item.append(link)
  return item
}
