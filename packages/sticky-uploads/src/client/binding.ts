import { hiddenName } from "../core/protocol.js"
import type { ClientMessages } from "./messages.js"
import type { Parts } from "./states.js"

/** What an uploader has around its input. */
export interface Binding {
  /** The token the page came with. */
  readonly initial: string | undefined
  /** Puts the tokens where the form finds them, and tells a person how it stands. */
  render(parts: Parts): void
  /** Takes away what was added to the page. */
  remove(): void
}

const taken = new WeakSet<Element>()
let serial = 0

/**
 * Ties an input to its hidden fields and to its status line: one live region that describes the input, for progress and
 * for errors. A line that `stickyField` wrote is found by its id; elsewhere one is made.
 */
export function bindInput(input: HTMLInputElement, messages: ClientMessages): Binding {
  const { required, multiple, form } = input
  const name = hiddenName(input.name)
  const made: Element[] = []

  function make<Tag extends "input" | "output">(tag: Tag, before: Element = input) {
    const element = document.createElement(tag)
    made.push(element)
    before.after(element)
    return element
  }

  const id = `${input.id || `sticky-${++serial}`}-status`
  const status = document.getElementById(id) ?? make("output")
  status.id = id
  status.className = "sticky-status"
  const described = input.getAttribute("aria-describedby") ?? ""
  if (!described.includes(id)) input.setAttribute("aria-describedby", `${described} ${id}`)

  const root = input.getRootNode() as ParentNode
  const hidden = Array.from(root.querySelectorAll<HTMLInputElement>("input[type=hidden]"))
    .filter((each) => !multiple && each.name === name && each.form === form && !taken.has(each))
    .slice(0, 1)
  const initial = hidden[0]?.value
  if (hidden[0]) taken.add(hidden[0])
  if (initial) input.required = false

  return {
    initial,
    render(parts) {
      const tokens = parts.flatMap((part) => (part.state === "ready" ? part.token : []))
      const values = multiple ? tokens : [tokens[0] ?? ""]
      for (const [at, value] of values.entries()) {
        hidden[at] ??= make("input", hidden[at - 1])
        hidden[at].type = "hidden"
        hidden[at].name = name
        hidden[at].value = value
        const form = input.getAttribute("form")
        if (form) hidden[at].setAttribute("form", form)
        taken.add(hidden[at])
      }
      for (const extra of hidden.splice(values.length)) extra.remove()
      input.required = !tokens.length && (required || "required" in input.dataset)

      const complaints = parts.flatMap((part) => ("message" in part ? part.message : []))
      const slowest = Math.min(...parts.map((part) => (part.state === "uploading" ? part.fraction : 1)))
      const percent = Math.floor(100 * slowest)
      status.textContent = !parts.some(({ state }) => state === "uploading")
        ? complaints.join("\n")
        : percent
          ? messages.progress({ percent })
          : messages.uploading()
      input.setAttribute("aria-invalid", `${!!complaints.length}`)
      // A refused file would be refused again. One whose upload failed may still go with the form.
      input.setCustomValidity(parts.some(({ state }) => state === "refused") ? complaints.join("\n") : "")
    },
    remove() {
      for (const element of made) element.remove()
    },
  }
}
