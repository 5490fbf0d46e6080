import { announce, type StickyUploader } from "./hooks.js"

const held = new WeakMap<EventTarget, Event>()

/** The uploaders of a form's inputs. */
export function uploadersOf(form: EventTarget | null): StickyUploader[] {
  return [...(form as HTMLFormElement).elements].flatMap((each) => (each as HTMLInputElement).stickyUploader ?? [])
}

/** Holds a submit until these uploads are over, then goes on with it, by the same button, unless one ended badly. */
async function hold(event: SubmitEvent, busy: StickyUploader[]) {
  const form = event.target as HTMLFormElement
  const submitter = event.submitter as HTMLButtonElement | null
  event.preventDefault()
  event.stopImmediatePropagation()
  held.set(form, event)
  const fine = await Promise.all(busy.map((each) => each.hold()))
  // Of several submits the last one counts. A button that left the form meanwhile can no longer submit it.
  if (!fine.includes(false) && held.get(form) === event) form.requestSubmit(submitter?.form ? submitter : null)
}

function onSubmit(event: Event) {
  const { target } = event
  const busy = uploadersOf(target).filter((each) => announce(each, "submit", event) !== false && each.processing)
  if (busy.some(({ options }) => options.submit === "wait")) return void hold(event as SubmitEvent, busy)
  // After all listeners have spoken: a prevented submit belongs to a script, which may still want the upload.
  setTimeout(() => {
    if (event.defaultPrevented) return
    for (const each of busy) if (each.options.submit === "abort") each.abort()
    // Who comes back from where a submit led finds the page as it was, with tokens that may be used. To add it twice adds nothing.
    for (const { renew } of uploadersOf(target)) addEventListener("pageshow", renew, { once: true })
  })
}

/** Takes files out of a form's data whose tokens are in it. */
function onFormData(event: Event) {
  const { formData } = event as FormDataEvent
  for (const { input, parts } of uploadersOf(event.target)) {
    const values = formData.getAll(input.name)
    formData.delete(input.name)
    for (const value of values)
      if (!parts.some(({ state, file }) => state === "ready" && file === value)) formData.append(input.name, value)
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
