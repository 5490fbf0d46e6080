import { hiddenName } from "../core/protocol.js"
import { uploadersOf } from "./form-guard.js"

/** Puts the raw files of a form's data among its tokens, in the order in which the person sees them. */
function onFormData(event: FormDataEvent) {
  const { formData, target } = event
  for (const { input, parts } of uploadersOf(target)) {
    const names = [input.name, hiddenName(input.name)]
    const at = (value: unknown) =>
      parts.findIndex((part) => value === (part.state === "ready" ? part.token : part.file))
    const entries = [...formData].filter(([name]) => names.includes(name))
    for (const name of names) formData.delete(name)
    for (const [name, value] of entries.sort(([, a], [, b]) => at(a) - at(b))) formData.append(name, value)
  }
}

/** Makes forms send files and tokens in one order. Returns what undoes it. */
export function sendInOrder(): () => void {
  // One for each call: whoever undoes theirs leaves that of others.
  const listener = (event: FormDataEvent) => onFormData(event)
  // Of the window, as it comes after the guard of forms, which has taken out the files that are up.
  addEventListener("formdata", listener)
  return () => removeEventListener("formdata", listener)
}
