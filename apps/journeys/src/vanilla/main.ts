import type { StickyToken } from "sticky-uploads"
import { checkLimits, showFiles } from "sticky-uploads/view"
import { client, trpc } from "../client.js"
import { issuesOf } from "../issues.js"

const form = document.querySelector("form") as HTMLFormElement
const [title, upload] = form.querySelectorAll<HTMLInputElement>("input[name=title], input[name=upload]")
const titleError = form.querySelector("#title-error")

function sayOfTitle(message = ""): void {
  title?.setAttribute("aria-invalid", String(message !== ""))
  titleError?.replaceChildren(message)
}

function sayOfFile(message?: string): void {
  const uploader = upload?.stickyUploader
  const files = uploader?.parts.filter(({ file }) => file) ?? []
  uploader?.show(message ? [...files, { state: "failed", message }] : files)
}

function showSaved(key: string, name: string): void {
  const link = Object.assign(document.createElement("a"), { href: `/saved/${key}`, textContent: name })
  document.querySelector("#saved")?.replaceChildren("Saved: ", link)
}

if (upload) {
  checkLimits(form)
  showFiles(form)
  client.attach(upload, "submission.create/upload")
}

form.addEventListener("submit", async (event) => {
  event.preventDefault()
  const data = new FormData(form)
  try {
    const token = data.get("_upload") as StickyToken
    const { key, name } = await trpc.submission.create.mutate({ title: String(data.get("title")), upload: token })
    sayOfTitle()
    form.reset()
    showSaved(key, name)
  } catch (error) {
    const { title, upload } = issuesOf(error)
    sayOfTitle(title?.message)
    sayOfFile(upload?.message)
  }
})
