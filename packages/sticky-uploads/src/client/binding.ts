import { hiddenName } from "../core/protocol.js"
import type { StickyToken } from "../core/token.js"
import type { ClientMessages } from "./messages.js"
import type { Parts } from "./states.js"

/** What an uploader has around its input. */
export interface Binding {
  /** What the page came with: nothing, or a token. */
  readonly initial: Parts
  /** Puts the tokens where the form finds them, and tells a person how it stands. */
  render(parts: Parts): void
}

let serial = 0

/**
 * Ties an input to its hidden fields and to its status line: one live region that describes the input, for progress and
 * for errors. Both are found where `stickyField` or an earlier uploader wrote them, and made elsewhere.
 */
export function bindInput(input: HTMLInputElement, messages: ClientMessages): Binding {
  const { required, multiple, form } = input
  const name = hiddenName(input.name)
  const formId = input.getAttribute("form")
  input.id ||= `sticky-${++serial}`
  const { id } = input

  function make<Tag extends "input" | "output">(tag: Tag, before: Element = input) {
    const element = document.createElement(tag)
    before.after(element)
    return element
  }

  const statusId = `${id}-status`
  const status = document.getElementById(statusId) ?? make("output")
  status.id = statusId
  status.className = "sticky-status"
  const described = input.getAttribute("aria-describedby") ?? ""
  if (!described.includes(statusId)) input.setAttribute("aria-describedby", `${described} ${statusId}`.trim())

  const root = input.getRootNode() as ParentNode
  const hidden = [...root.querySelectorAll<HTMLInputElement>("input[type=hidden]")]
    // Several inputs of one name have a hidden field each.
    .filter((each) => !multiple && each.name === name && each.form === form && (each.dataset.of ?? id) === id)
    .slice(0, 1)
  const initial = hidden.flatMap(({ value }): Parts => (value ? [{ state: "ready", token: value as StickyToken }] : []))

  function carry(parts: Parts) {
    const tokens = parts.flatMap((part) => (part.state === "ready" ? part.token : []))
    const values = multiple ? tokens : [tokens.join("")]
    values.forEach((value, at) => {
      hidden[at] ??= make("input", hidden[at - 1])
      Object.assign(hidden[at], { type: "hidden", name, value }).dataset.of = id
      if (formId) hidden[at].setAttribute("form", formId)
    })
    for (const extra of hidden.splice(values.length)) extra.remove()
    input.required = required && !tokens.length
  }

  carry(initial)
  return {
    initial,
    render(parts) {
      carry(parts)
      const complaints = parts.flatMap((part) => ("message" in part ? part.message : [])).join("\n")
      const running = parts.flatMap((part) => (part.state === "uploading" ? part.fraction : []))
      const percent = Math.floor(100 * Math.min(...running))
      const progress = percent ? messages.progress({ percent }) : messages.uploading()
      const text = running.length ? progress : complaints
      // A live region is read out again when it is set to what it says already.
      if (status.textContent !== text) status.textContent = text
      input.setAttribute("aria-invalid", `${!!complaints}`)
      // A refused file would be refused again. One whose upload failed may still go with the form.
      input.setCustomValidity(parts.some(({ state }) => state === "refused") ? complaints : "")
    },
  }
}
