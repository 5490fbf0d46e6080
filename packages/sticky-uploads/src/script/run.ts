import { createStickyClient, type Words } from "../client.js"
import { addPicks, checkLimits, drafts, retries, showFiles, showPreviews, takeDrops, takePastes } from "../view.js"
import type {} from "./global.js"

/** Binds the page's inputs, as the attributes of the script's own tag say. A second run does nothing more. */
export function runScript(messages: Words = {}): void {
  // Also the name of an element with this id.
  if (globalThis.stickyUploads?.client) return
  const tag = document.currentScript as HTMLScriptElement | null
  const { url = "/sticky", submit, view, with: more = "", bind, csrfCookie, csrfHeader } = tag?.dataset ?? {}
  const asked = more.split(" ")
  const client = createStickyClient({
    url,
    submit: submit === "wait" ? "wait" : "abort",
    csrf: { ...(csrfCookie && { cookie: csrfCookie }), ...(csrfHeader && { header: csrfHeader }) },
    messages,
    retry: retries(),
    ...(asked.includes("drafts") && { persist: drafts() }),
  })
  const pieces = { addPicks, checkLimits, drafts, retries, showFiles, showPreviews, takeDrops, takePastes }
  globalThis.stickyUploads = { client, createStickyClient, ...pieces }

  function start() {
    checkLimits()
    if (view !== "none") {
      showFiles()
      addPicks()
    }
    if (asked.includes("drops")) takeDrops()
    if (asked.includes("pastes")) takePastes()
    if (asked.includes("previews")) showPreviews()
    if (bind !== "none") client.bind()
  }
  // An input is bound together with what stands around it, and a parser may not have come that far.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start)
  else start()
}
