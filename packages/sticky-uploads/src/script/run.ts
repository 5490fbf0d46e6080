import { createStickyClient, type Words } from "../client.js"
import { addPicks, checkLimits, retries, showFiles } from "../view.js"
import type {} from "./global.js"

/** Binds the page's inputs, as the attributes of the script's own tag say. A second run does nothing more. */
export function runScript(messages: Words = {}): void {
  // Also the name of an element with this id.
  if (globalThis.stickyUploads?.client) return
  const tag = document.currentScript as HTMLScriptElement | null
  const { url = "/sticky", submit, view, with: more = "", bind, csrfCookie, csrfHeader } = tag?.dataset ?? {}
  const { drafts, showPreviews, takeDrops, takePastes } = globalThis.stickyUploadsMore ?? {}
  const offered: Record<string, unknown> = { drops: takeDrops, pastes: takePastes, previews: showPreviews, drafts }
  const asked = more.match(/\S+/g) ?? []
  const missing = asked.filter((each) => !offered[each])
  if (missing.length) {
    console.error(
      `sticky-uploads: nothing here for data-with="${missing.join(" ")}"; ${Object.keys(offered).join(", ")} are in ` +
        "sticky-uploads.more.js, whose tag goes before this one",
    )
  }
  const client = createStickyClient({
    url,
    submit: submit === "wait" ? "wait" : "abort",
    csrf: { ...(csrfCookie && { cookie: csrfCookie }), ...(csrfHeader && { header: csrfHeader }) },
    messages,
    retry: retries(),
    ...(drafts && asked.includes("drafts") && { persist: drafts() }),
  })
  const pieces = { addPicks, checkLimits, retries, showFiles, ...globalThis.stickyUploadsMore }
  globalThis.stickyUploads = { client, createStickyClient, ...pieces }

  function start() {
    checkLimits()
    if (view !== "none") {
      showFiles()
      addPicks()
    }
    if (asked.includes("drops")) takeDrops?.()
    if (asked.includes("pastes")) takePastes?.()
    if (asked.includes("previews")) showPreviews?.()
    if (bind !== "none") client.bind()
  }
  // An input is bound together with what stands around it, and a parser may not have come that far.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start)
  else start()
}
