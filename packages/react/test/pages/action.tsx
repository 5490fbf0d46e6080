import { StickyField } from "@sticky-uploads/react"
import { useActionState } from "react"
import type { InvalidForm } from "sticky-uploads/express"
import { client } from "./client.js"

/** Sends the form as a server action would, and reads from the answer what the next page came with. */
async function send(_before: InvalidForm | undefined, data: FormData): Promise<InvalidForm | undefined> {
  const answer = await fetch("/submissions", { method: "POST", body: data })
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const form = page.querySelector("#form")?.textContent
  return form ? JSON.parse(form) : undefined
}

/** A form with an action, which React 19 resets when that is over. */
export function Action() {
  const [form, action] = useActionState(send, undefined)
  return (
    <form action={action}>
      <input name="title" aria-label="Title" defaultValue={form?.values.title} />
      <StickyField
        client={client}
        target="submission.create/upload"
        label="Your file"
        defaultFile={form?.files.upload?.[0]}
        errors={form?.errors.upload}
      />
      <p id="title-error">{form?.errors.title}</p>
      <button type="submit" name="button" value="save">
        Save
      </button>
    </form>
  )
}
