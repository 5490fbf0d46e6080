import { StickyField, type StickyFieldProps } from "@sticky-uploads/react"
import { useEffect, useState } from "react"
import { flushSync } from "react-dom"
import { checkLimits, takeDrops, takePastes } from "sticky-uploads/view"
import { client } from "./client.js"
import { Form } from "./form.js"

type Options = Partial<StickyFieldProps<unknown>>

/** What a test finds on `window`. */
export interface FieldWorld {
  /** Gives the field other options. */
  set(options: Options): void
}

/** A field as a page would have it, with the pieces that it adds to the client. */
export function Field(given: Options) {
  const [options, set] = useState(given)
  useEffect(() => checkLimits(), [])
  useEffect(() => takeDrops(), [])
  useEffect(() => takePastes(), [])
  useEffect(() => void Object.assign(window, { set: (next: Options) => flushSync(() => set(next)) }), [])
  return (
    <main>
      <h1>A form</h1>
      <Form>
        <StickyField
          client={client}
          target="submission.create/upload"
          label="Your file"
          description="One file, 50 MB at most."
          {...options}
        />
      </Form>
    </main>
  )
}
