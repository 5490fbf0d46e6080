import { hiddenName } from "../core/protocol.js"
import type { StickyToken } from "../core/token.js"
import { makeBehind } from "./make-behind.js"
import type { Part, Parts } from "./states.js"

/** What the form sends of an input: hidden fields, found where the page wrote them and made elsewhere. */
export interface HiddenFields {
  /** What the page came with: nothing, or a token. */
  readonly initial: Parts
  /** Puts the tokens where the form finds them; one satisfies `required`. */
  carry(parts: Parts): void
}

/** Ties an input, which has an id, to its hidden fields: one, or for `multiple` one a token. */
export function tieHiddenFields(input: HTMLInputElement): HiddenFields {
  const { id, required } = input
  const name = hiddenName(input.name)
  const formId = input.getAttribute("form")
  const root = input.getRootNode() as ParentNode
  const hidden = [...root.querySelectorAll<HTMLInputElement>("input[type=hidden]")]
    // Several inputs of one name have a hidden field each.
    .filter(
      (each) => !input.multiple && each.name === name && each.form === input.form && (each.dataset.of ?? id) === id,
    )
    .slice(0, 1)
  const initial = hidden.flatMap((field): Part | [] =>
    field.value ? { state: "ready", token: field.value as StickyToken } : [],
  )

  const carry = (parts: Parts) => {
    const tokens = parts.flatMap((part) => (part.state === "ready" ? part.token : []))
    const values = input.multiple ? tokens : [tokens.join("")]
    values.forEach((value, at) => {
      hidden[at] ??= makeBehind(hidden[at - 1] ?? input, "input", { type: "hidden", name })
      const field = hidden[at]
      field.value = value
      field.dataset.of = id
      if (formId) field.setAttribute("form", formId)
    })
    for (const extra of hidden.splice(values.length)) extra.remove()
    input.required = required && !tokens.length
  }

  carry(initial)
  return { initial, carry }
}
