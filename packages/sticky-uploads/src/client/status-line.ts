import type { ClientMessages } from "./messages.js"
import { isRunning, type Parts, stateOf } from "./states.js"

// A live region is read out as often as it changes: of progress a person wants to hear less than there is.
const quietMs = 1000

/**
 * Ties an input, which has an id, to its status line, and returns what tells a person there how it stands: one live
 * region that describes the input, for progress and for errors, found where `stickyField` or an earlier uploader wrote it.
 */
export function tieStatusLine(input: HTMLInputElement, messages: ClientMessages): (parts: Parts) => void {
  const id = `${input.id}-status`
  const found = document.getElementById(id)
  const line = found ?? document.createElement("output")
  if (!found) input.after(line)
  line.id = id
  line.className = "sticky-status"
  const described = input.getAttribute("aria-describedby") ?? ""
  if (!described.includes(id)) input.setAttribute("aria-describedby", `${described} ${id}`.trim())
  // An empty required input would be told to be invalid from the start.
  input.setAttribute("aria-invalid", input.getAttribute("aria-invalid") ?? "false")
  let timer: ReturnType<typeof setTimeout>
  let quietUntil = 0

  return (parts) => {
    const state = stateOf(parts)
    const complaints = [...new Set(parts.flatMap((part) => ("message" in part ? part.message : [])))].join("\n")
    const running = parts.filter(isRunning)
    // Of all that goes up, as most of many files wait for their turn.
    const up = parts.filter(({ file, state }) => file && state === "ready").length
    const sum = running.reduce((sum, { fraction }) => sum + fraction, up)
    const percent = running.length && Math.floor((100 * sum) / (running.length + up))
    const waiting = running.find(({ retrying }) => retrying)?.retrying?.message
    const text =
      waiting ?? (percent ? messages.progress({ percent }) : running.length ? messages.uploading() : complaints)

    function say() {
      quietUntil = Date.now() + quietMs
      // What it says already would be read out again.
      if (line.textContent !== text) line.textContent = text
    }
    clearTimeout(timer)
    if (percent) timer = setTimeout(say, quietUntil - Date.now())
    else say()
    input.setAttribute("aria-invalid", `${!!complaints}`)
    // A refused file would be refused again; one whose upload failed may still go with the form. Who submits once more
    // while a submit waits is told so.
    input.setCustomValidity(state === "refused" ? complaints : state === "submitting" ? messages.submitting() : "")
  }
}
