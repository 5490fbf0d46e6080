import { hiddenName } from "../core/protocol.js"
import type { ClientMessages } from "./messages.js"
import type { Parts } from "./states.js"

/** What an uploader has around its input. */
export interface Binding {
  /** The token the page came with, or `""`. */
  readonly initial: string
  /** Puts the tokens where the form finds them; with a token in hand the input is no longer required. */
  carry(parts: Parts): void
  /** Tells a person how it stands. */
  show(parts: Parts): void
  /** Leaves the input as a plain one. */
  remove(): void
}

const taken = new WeakSet<Element>()
let serial = 0

/**
 * Ties an input to its hidden fields and to its status line: one live region that describes the input, for progress and
 * for errors. A line that `stickyField` wrote is found by its id; elsewhere one is made.
 */
export function bindInput(input: HTMLInputElement, messages: ClientMessages): Binding {
  const { required, multiple } = input
  const described = input.getAttribute("aria-describedby") ?? ""
  const name = hiddenName(input.name)
  const made: Element[] = []

  function make<Tag extends "input" | "output">(tag: Tag, after: Element) {
    const element = document.createElement(tag)
    made.push(element)
    after.after(element)
    return element
  }

  const id = `${input.id || `sticky-${++serial}`}-status`
  const status = document.getElementById(id) ?? make("output", input)
  status.id = id
  status.className = "sticky-status"
  if (!described.includes(id)) input.setAttribute("aria-describedby", `${described} ${id}`)

  const root = input.getRootNode() as ParentNode
  const hidden = [...root.querySelectorAll<HTMLInputElement>("input[type=hidden]")]
    .filter((each) => !multiple && each.name === name && each.form === input.form && !taken.has(each))
    .slice(0, 1)

  return {
    initial: hidden[0]?.value ?? "",
    carry(parts) {
      const tokens = parts.flatMap((part) => (part.state === "ready" ? part.token : []))
      const values = multiple ? tokens : [tokens[0] ?? ""]
      values.forEach((value, at) => {
        const field = hidden[at] ?? make("input", hidden[at - 1] ?? input)
        hidden[at] = field
        taken.add(field)
        field.type = "hidden"
        field.name = name
        field.value = value
        const form = input.getAttribute("form")
        if (form) field.setAttribute("form", form)
      })
      for (const extra of hidden.splice(values.length)) extra.remove()
      input.required = !tokens.length && (required || "required" in input.dataset)
    },
    show(parts) {
      const gone = parts.reduce((sum, part) => sum + (part.state === "uploading" ? part.fraction : 1), 0)
      const percent = Math.floor((100 * gone) / parts.length)
      const complaints = parts.flatMap((part) => ("message" in part ? part : []))
      const isRunning = parts.some(({ state }) => state === "uploading")
      status.textContent = isRunning
        ? percent
          ? messages.progress({ percent })
          : messages.uploading()
        : complaints.map(({ message }) => message).join("\n")
      input.setAttribute("aria-invalid", `${!!complaints.length}`)
      // A refused file would be refused again. One whose upload failed may still go with the form.
      input.setCustomValidity(complaints.find(({ state }) => state === "refused")?.message ?? "")
    },
    remove() {
      for (const element of made) element.remove()
      input.setAttribute("aria-describedby", described)
      input.setCustomValidity("")
      input.required = required
    },
  }
}
