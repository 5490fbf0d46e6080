import type { inferRouterInputs } from "@trpc/server"
import type { StickyToken } from "sticky-uploads"
import type { StickyUploader } from "sticky-uploads/client"
import type { AppRouter } from "../router.js"
import { fieldErrorsOf } from "./field-errors.js"
import { showErrors } from "./show-errors.js"

type Create = inferRouterInputs<AppRouter>["submission"]["create"]

interface Parts {
  upload: HTMLInputElement
  attachments: HTMLInputElement
  create: (input: Create) => Promise<unknown>
}

/** Sends the form through tRPC: errors appear where they belong without a reload, and success leads on. */
export function sendByScript(form: HTMLFormElement, { upload, attachments, create }: Parts): void {
  const button = form.querySelector("button.primary")
  const status = form.querySelector<HTMLOutputElement>("#sending")
  let isSending = false

  function setSending(value: boolean): void {
    isSending = value
    button?.setAttribute("aria-disabled", String(value))
    say()
  }

  /** Says beside the button what became of the last press. */
  function say(): void {
    const isWaiting = [upload, attachments].some(({ stickyUploader }) => stickyUploader?.state === "submitting")
    const text = isSending ? "Sending…" : isWaiting ? "This is sent once the upload is finished." : ""
    if (status && status.value !== text) status.value = text
  }

  form.addEventListener("sticky:change", say)

  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    // One click too many is no second submission.
    if (isSending) return
    setSending(true)
    try {
      await create(readForm(form, upload, attachments))
      location.assign("/thanks")
    } catch (error) {
      showErrors(form, fieldErrorsOf(error))
      setSending(false)
    }
  })

  // Whoever comes back from /thanks finds the page as it was left, and its file is used up.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted || !isSending) return
    form.reset()
    showErrors(form, {})
    setSending(false)
  })
}

function readForm(form: HTMLFormElement, upload: HTMLInputElement, attachments: HTMLInputElement): Create {
  const data = new FormData(form)
  // A file is given as it is: the link puts its token in its place. Where the page came with a token, that one goes.
  const [file = String(data.get("_upload")) as StickyToken] = upload.files ?? []
  return {
    title: String(data.get("title")),
    upload: file,
    attachments: attachments.stickyUploader?.parts.flatMap(sendable),
    // What the box says is for the server to judge: that is the point of it.
    accept: data.get("accept") as Create["accept"],
  }
}

/** What a call sends for one of several files, those that the page came with among them. */
function sendable(part: StickyUploader["parts"][number]): File | StickyToken | [] {
  return part.file ?? (part.state === "ready" ? part.token : [])
}
