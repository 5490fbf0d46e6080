import { makeBehind } from "./make-behind.js"
import type { ClientMessages } from "./messages.js"
import { isRunning, type Parts, stateOf } from "./states.js"

/**
 * Ties an input, which has an id, to its status line, and returns what tells a person there how it stands: one live
 * region that describes the input, for progress and for errors, found where `stickyField` or an earlier uploader wrote it.
 */
export function tieStatusLine(input: HTMLInputElement, messages: ClientMessages): (parts: Parts) => void {
  const id = `${input.id}-status`
  const line = document.getElementById(id) ?? makeBehind(input, "output", { id, className: "sticky-status" })
  const described = input.getAttribute("aria-describedby")
  if (!described?.includes(id)) input.setAttribute("aria-describedby", described ? `${described} ${id}` : id)
  // An empty required input would be told to be invalid from the start.
  input.setAttribute("aria-invalid", input.getAttribute("aria-invalid") ?? "false")
  // A live region is read out as often as it changes: of progress a person wants to hear less than there is.
  const quietMs = 1000
  let timer: ReturnType<typeof setTimeout> | 0 = 0
  let text = ""

  const say = () => {
    // What it says already would be read out again.
    if (line.textContent !== text) line.textContent = text
  }
  const sayLater = () => {
    timer = 0
    say()
  }

  return (parts) => {
    const complaints = [
      ...new Set(parts.flatMap((part: { state: string; message?: string }) => part.message ?? [])),
    ].join("\n")
    const running = parts.filter(isRunning)
    // Of all that goes up, as most of many files wait for their turn.
    const up = parts.filter((part) => part.file && part.state === "ready").length
    let sum = up
    let waiting: string | undefined
    for (const part of running) {
      sum += part.fraction
      waiting ??= part.retrying?.message
    }
    const percent = running.length && Math.round((100 * sum) / (running.length + up))
    text = waiting ?? (percent ? messages.progress({ percent }) : running.length ? messages.uploading() : complaints)
    if (!percent) say()
    else if (!timer) timer = setTimeout(sayLater, quietMs)
    input.setAttribute("aria-invalid", `${!!complaints}`)
    // A refused file would be refused again; one whose upload failed may still go with the form. Who submits once more
    // while a submit waits is told so.
    input.setCustomValidity(
      stateOf(parts) === "refused" ? complaints : stateOf(parts) === "submitting" ? messages.submitting() : "",
    )
  }
}
