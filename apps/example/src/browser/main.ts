import { createTRPCClient, httpBatchLink } from "@trpc/client"
import { createStickyClient } from "sticky-uploads/client"
import { stickyLink } from "sticky-uploads/link"
import type { AppRouter } from "../router.js"
import { hooks } from "./hooks.js"
import { markUploaded } from "./mark-uploaded.js"
import { sendByScript } from "./send-by-script.js"

// Without this file the form posts to /submissions, and the files stick just as well.
const form = document.querySelector<HTMLFormElement>("form#submission")
const upload = form?.querySelector<HTMLInputElement>("input[name=upload]")
const attachments = form?.querySelector<HTMLInputElement>("input[name=attachments]")

if (form && upload && attachments) {
  const client = createStickyClient<AppRouter>({ url: "/sticky", submit: "wait" })
  const uploaders = [
    client.attach(upload, "submission.create/upload", hooks),
    client.attach(attachments, "submission.create/attachments.*", hooks),
  ]
  // A choice that was taken back starts no upload, so no hook tells of it.
  for (const uploader of uploaders) uploader.input.addEventListener("change", () => markUploaded(uploader))

  const trpc = createTRPCClient<AppRouter>({
    links: [stickyLink<AppRouter>({ client }), httpBatchLink({ url: "/trpc" })],
  })
  sendByScript(form, { upload, attachments, create: (input) => trpc.submission.create.mutate(input) })
}
