import type { StickyErrorCode } from "../core/errors.js"
import type { StickyToken } from "../core/token.js"
import type { Retrying } from "./retries.js"

/** An upload, from the choice of its file: also while it waits to be sent again, which it says in `retrying`. */
export interface Progress {
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

/** A file that is on the server already: one that the page came with. */
export interface StagedFile {
  readonly token: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly type?: string | undefined
}

/**
 * One file of the last choice; without `file` it is one that the page came with, whose name is known where the page said
 * so by `keepFiles`.
 */
export type Part = Partial<Picked> & Partial<Pick<StagedFile, "name" | "size" | "type">> & (News | Held)

/** All files of the last choice: one at most, but for a `multiple` input. */
export type Parts = readonly Part[]

// The machine, all of it and pure, so that any order of events can be played against a model. A part is in one state,
// and what an input is in follows from its parts; the wire follows too: what no longer runs here is aborted there.

export const isRunning = (part: Part): part is Part & Picked & Progress => "fraction" in part

/**
 * A choice replaces the one before; of several files (`isMultiple`) those that the page came with stay, where they are. A
 * file that stands in both choices stays as it is.
 */
export function choose(parts: Parts, files: Iterable<File>, nextId: () => number, isMultiple: boolean): Parts {
  const chosen = [...files].map(
    (file): Part => parts.find((part) => part.file === file) ?? { id: nextId(), file, state: "uploading", fraction: 0 },
  )
  parts.forEach((part, at) => {
    if (isMultiple && !part.file && part.state === "ready") chosen.splice(at, 0, part)
  })
  return chosen
}

/** Puts one part at another place, or at none. */
export function move(parts: Parts, id: number, to?: number): Parts {
  const moved = parts.filter((part) => part.id !== id)
  if (to !== undefined) moved.splice(to, 0, ...parts.filter((part) => part.id === id))
  return moved
}

/** Tells the parts that are meant their news; progress leaves them in their state. */
export function hear(parts: Parts, news: News | Progress, isMeant: (part: Part) => unknown): Parts {
  return parts.map((part) =>
    isMeant(part) ? ({ id: part.id, file: part.file, state: part.state, ...news } as Part) : part,
  )
}

/** A submit that waits holds what runs; nothing else changes. */
export function hold(parts: Parts): Parts {
  return parts.map((part) => (isRunning(part) ? { ...part, state: "submitting" } : part))
}

const byUrgency = ["submitting", "uploading", "failed", "refused", "idle", "ready"] as const

/** One name for all parts: the most urgent one's; `ready` only when every one of them is. */
export function stateOf(parts: Parts): StateName {
  return byUrgency.find((name) => parts.some((part) => part.state === name)) ?? "idle"
}
