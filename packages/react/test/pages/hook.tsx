import { type StickyUpload, type StickyUploadOptions, useStickyUpload } from "@sticky-uploads/react"
import { useEffect, useState } from "react"
import { flushSync } from "react-dom"
import { client } from "./client.js"
import { Form } from "./form.js"

interface Options extends StickyUploadOptions {
  target?: string
  /** Leaves the input out. */
  without?: boolean
}

/** What a test finds on `window`. */
export interface HookWorld {
  upload: StickyUpload
  /** What each commit showed. */
  shown: string[]
  /** Gives the hook other options. */
  set(options: Options): void
}
declare const window: Window & HookWorld

/** The hook alone: an input in a form, and nothing else of ours. */
export function Hook(given: Options) {
  const [{ without, target = "submission.create/upload", ...options }, set] = useState(given)
  const upload = useStickyUpload(client, target, options)
  useEffect(() => {
    window.shown ??= []
    window.shown.push(`${upload.state} ${upload.progress}`)
    Object.assign(window, { upload, set: (next: Options) => flushSync(() => set(next)) })
  })
  return (
    <Form>
      <label htmlFor={upload.inputProps.id}>File</label>
      {!without && <input {...upload.inputProps} />}
      <p id="error">{upload.error}</p>
    </Form>
  )
}
