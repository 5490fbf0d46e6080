import { createTRPCClient, httpBatchLink } from "@trpc/client"
import { createStickyClient } from "sticky-uploads/client"
import { stickyLink } from "sticky-uploads/link"
import { addPicks, checkLimits, retries, showFiles, showPreviews, takeDrops, takePastes } from "sticky-uploads/view"
import type { AppRouter } from "../router.js"
import { hooks, logSubmits } from "./hooks.js"
import { sendByScript } from "./send-by-script.js"

// Without this file the form posts to /submissions, and the files stick just as well.
const form = document.querySelector<HTMLFormElement>("form#submission")
const upload = form?.querySelector<HTMLInputElement>("input[name=upload]")
const attachments = form?.querySelector<HTMLInputElement>("input[name=attachments]")

if (form && upload && attachments) {
  furnish(form)
  logSubmits(form)
  const client = createStickyClient<AppRouter>({ url: "/sticky", submit: "wait", retry: retries() })
  client.attach(upload, "submission.create/upload", hooks)
  client.attach(attachments, "submission.create/attachments.*", hooks)

  const trpc = createTRPCClient<AppRouter>({
    links: [stickyLink<AppRouter>({ client }), httpBatchLink({ url: "/trpc" })],
  })
  sendByScript(form, { upload, attachments, create: (input) => trpc.submission.create.mutate(input) })
}

// What is edited is posted by the form itself, its files on their way or there already.
const edit = document.querySelector<HTMLFormElement>("form#edit")
if (edit) {
  furnish(edit)
  createStickyClient({ url: "/sticky", submit: "wait", retry: retries() }).bind(edit, hooks)
}

/** Gives a form its ways in, and shows what came by them. */
function furnish(form: HTMLFormElement): void {
  for (const piece of [checkLimits, addPicks, takeDrops, takePastes, showFiles, showPreviews]) piece(form)
}
