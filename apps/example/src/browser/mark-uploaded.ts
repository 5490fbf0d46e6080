import type { StickyUploader } from "sticky-uploads/client"

/** Says below an input, and nowhere but there, when everything that was picked is safe on the server. */
export function markUploaded({ input, state, parts }: StickyUploader): void {
  const note = document.getElementById(`${input.id}-note`)
  if (note)
    note.textContent = state !== "ready" ? "" : parts.length === 1 ? "Uploaded" : `${parts.length} files uploaded`
}
