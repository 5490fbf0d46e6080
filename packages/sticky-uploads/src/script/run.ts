import { createStickyClient, type Words } from "../client.js"
import { addPicks, checkLimits, retries, showFiles } from "../view.js"
import type { FullPieces } from "./global.js"

/** Tells who made the page what of its wishes this build cannot bring. */
function tellMissing(asked: readonly string[], pieces: Record<string, unknown>): void {
  const missing = asked.filter((each) => !pieces[each]).join(" ")
  const known = Object.keys(pieces).join(", ")
  if (missing)
    console.error(
      `sticky-uploads: nothing here for data-with="${missing}"; sticky-uploads.full.js, loaded instead, has ${known}`,
    )
}

/** Binds the page's inputs, as the attributes of the script's own tag say. A second run does nothing more. */
export function runScript(messages: Words = {}, more: Partial<FullPieces> = {}): void {
  const { stickyUploads } = globalThis
  // Also the name of an element with this id.
  const isFirst = !stickyUploads?.client
  const { drafts, showPreviews, takeDrops, takePastes } = isFirst ? more : stickyUploads
  const tag = document.currentScript as HTMLScriptElement | null
  const { url = "/sticky", submit, view, with: wishes = "", bind, csrfCookie, csrfHeader } = tag?.dataset ?? {}
  const asked: readonly string[] = wishes.match(/\S+/g) ?? []
  tellMissing(asked, { drops: takeDrops, pastes: takePastes, previews: showPreviews, drafts })
  if (!isFirst) return
  const client = createStickyClient({
    url,
    submit: submit === "wait" ? "wait" : "abort",
    csrf: { ...(csrfCookie && { cookie: csrfCookie }), ...(csrfHeader && { header: csrfHeader }) },
    messages,
    retry: retries(),
    ...(drafts && asked.includes("drafts") && { persist: drafts() }),
  })
  globalThis.stickyUploads = { client, createStickyClient, addPicks, checkLimits, retries, showFiles, ...more }

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
