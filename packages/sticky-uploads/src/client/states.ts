import type { StickyErrorCode } from "../core/errors.js"
import type { StickyToken } from "../core/token.js"
import type { Retrying } from "./retries.js"

/** An upload, from the choice of its file: also while it waits to be sent again, which it says in `retrying`. */
interface Progress {
  readonly fraction: number
  readonly retrying?: Retrying | undefined
}

/** What can be said of one picked file. */
export type News =
  /** Nothing runs: its bytes wait for the form. */
  | { readonly state: "idle" }
  | ({ readonly state: "uploading" } & Progress)
  | { readonly state: "ready"; readonly token: StickyToken }
  | { readonly state: "refused" | "failed"; readonly message: string; readonly code?: StickyErrorCode | undefined }

/** An upload that a submit waits for is `submitting`. */
type Held = { readonly state: "submitting" } & Progress

export type StateName = (News | Held)["state"]

/** A file under a number that no other choice of this input has. */
export interface Picked {
  readonly id: number
  readonly file: File
}

/** One file of the last choice; without `file` it is a token that the page came with. */
export type Part = Partial<Picked> & (News | Held)

/** All files of the last choice: one at most, but for a `multiple` input. */
export type Parts = readonly Part[]

// The machine, all of it and pure, so that any order of events can be played against a model. A part is in one state,
// and what an input is in follows from its parts; the wire follows too: what no longer runs here is aborted there.

export const isRunning = (part: Part): part is Picked & (Held | (News & { state: "uploading" })) => "fraction" in part

/**
 * A choice replaces the one before. A file that stands in both, as when one of several is taken
 * out, stays as it is. Where a submit waits, it waits for the new choice.
 */
export function choose(parts: Parts, files: Iterable<File>, nextId: () => number): Parts {
  const state = stateOf(parts) === "submitting" ? "submitting" : "uploading"
  return Array.from(
    files,
    (file) => parts.find((part) => part.file === file) ?? ({ id: nextId(), file, state, fraction: 0 } as const),
  )
}

/** Hears of one upload, or without an id of all. News reach no file that is not running, or not chosen any more. */
export function hear(parts: Parts, news: News, about?: number): Parts {
  return parts.map((part) => {
    if (!isRunning(part) || part.id !== (about ?? part.id)) return part
    const { id, file, state } = part
    return { id, file, ...news, ...("fraction" in news && { state }) } as Part
  })
}

/** A submit that waits holds what runs; nothing else changes. */
export function hold(parts: Parts): Parts {
  return parts.map((part) => (isRunning(part) ? { ...part, state: "submitting" } : part))
}

const byUrgency = ["submitting", "uploading", "failed", "refused", "idle", "ready"] as const

/** One name for all parts: the most urgent one's; `ready` only when every one of them is. */
export function stateOf(parts: Parts): StateName {
  return byUrgency.find((name) => parts.some(({ state }) => state === name)) ?? "idle"
}
