import { announce, type StickyUploader } from "./hooks.js"

const held = new WeakMap<EventTarget, Event>()

/** The uploaders of a form's inputs. */
export function uploadersOf(form: EventTarget | null): StickyUploader[] {
  return [...(form as HTMLFormElement).elements].flatMap((each) => (each as HTMLInputElement).stickyUploader ?? [])
}

async function onSubmit(event: Event) {
  const form = event.target as HTMLFormElement
  const submitter = (event as SubmitEvent).submitter as HTMLButtonElement | null
  const busy = uploadersOf(form).filter((each) => announce(each, "submit", event) !== false && each.processing)
  if (busy.some((each) => each.options.submit === "wait")) {
    held.set(form, event)
    event.preventDefault()
    event.stopImmediatePropagation()
    const fine = await Promise.all(busy.map((each) => each.hold()))
    // Of several submits the last one counts. A button that left the form meanwhile can no longer submit it.
    if (!fine.includes(false) && held.get(form) === event) form.requestSubmit(submitter?.form ? submitter : null)
    return
  }
  // After all listeners have spoken: a prevented submit belongs to a script, which may still want the upload.
  setTimeout(() => {
    if (event.defaultPrevented) return
    for (const each of busy) if (each.options.submit === "abort") each.abort()
    // Who comes back from where a submit led finds the page as it was, with tokens that may be used. To add it twice adds nothing.
    for (const each of uploadersOf(form)) addEventListener("pageshow", each.renew, { once: true })
  })
}

/** Takes files out of a form's data whose tokens are in it. */
function onFormData(event: Event) {
  const { formData } = event as FormDataEvent
  for (const each of uploadersOf(event.target)) {
    const { name } = each.input
    const values = formData.getAll(name)
    formData.delete(name)
    for (const value of values)
      if (!each.parts.some((part) => part.state === "ready" && part.file === value)) formData.append(name, value)
  }
}

function onReset(event: Event) {
  setTimeout(() => {
    if (!event.defaultPrevented) for (const each of uploadersOf(event.target)) each.reset()
  })
}

/**
 * Watches the forms of a document or shadow root. No input is ever disabled, so every submit, prevented or not, leaves a
 * live control; what need not be sent twice is left out while the form's data is made, which also holds for
 * `form.submit()` and `new FormData(form)`.
 */
export function guardForms(root: Node): void {
  // Adding the same listener again does nothing.
  root.addEventListener("submit", onSubmit, true)
  root.addEventListener("formdata", onFormData)
  root.addEventListener("reset", onReset)
}
