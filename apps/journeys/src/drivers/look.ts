/** A field of the form as a person meets it. */
interface Control {
  value: string
  /** The names of the files that it holds. */
  files: string[]
  isInvalid: boolean
  /** What is said of it. */
  description: string
}

export interface Seen {
  /** Fields by their labels. */
  controls: Partial<Record<string, Control>>
  /** What the form says. */
  text: string
  /** Where the page's links lead, by their names. */
  links: Record<string, string>
  /** Whether something has the focus, from which the keyboard leads on. */
  isFocused: boolean
}

/** Looks at the page in which it runs: it is sent there as text, so it leans on nothing around it. */
export function lookAtPage(): Seen {
  const textOf = (id: string) => document.getElementById(id)?.innerText.trim() ?? ""
  const text = document.querySelector("form")?.innerText ?? ""
  const isFocused = document.activeElement !== document.body
  const seen: Seen = { controls: {}, links: {}, text, isFocused }
  for (const input of document.querySelectorAll<HTMLInputElement>("form input")) {
    const name = input.labels?.[0]?.innerText.trim()
    if (!name || input.type === "checkbox") continue
    const describedBy = input.getAttribute("aria-describedby")?.split(/\s+/) ?? []
    // The browser's own word, in a bubble, to whoever tried to submit.
    const isHeld = input.matches(":user-invalid")
    seen.controls[name] = {
      value: input.value,
      files: Array.from(input.files ?? [], (file) => file.name),
      isInvalid: isHeld || input.getAttribute("aria-invalid") === "true",
      description: [...describedBy.map(textOf), isHeld ? input.validationMessage : ""].join(" ").trim(),
    }
  }
  for (const link of document.querySelectorAll("a")) seen.links[link.innerText.trim()] = link.href
  return seen
}
