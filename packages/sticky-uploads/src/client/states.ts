import type { StickyToken } from "../core/token.js"

/** What can be said of one picked file. */
export type News =
  /** Nothing runs: its bytes wait for the form. */
  | { readonly state: "idle" }
  | { readonly state: "uploading"; readonly fraction: number }
  | { readonly state: "ready"; readonly token: StickyToken }
  | { readonly state: "refused" | "failed"; readonly message: string }

export type StateName = News["state"]

/** A file under a number that no other choice of this input has. */
export interface Picked {
  readonly id: number
  readonly file: File
}

/** One file of the last choice; without `file` it is a token that the page came with. */
export type Part = Partial<Picked> & News

/** All files of the last choice: one at most, but for a `multiple` input. */
export type Parts = readonly Part[]

// The machine, all of it and pure, so that any order of events can be played against a model: a choice begins it anew,
// news move it on.

/** A choice replaces the one before whole; an empty one clears. */
export function choose(picked: readonly Picked[]): Parts {
  return picked.map((each) => ({ ...each, state: "uploading", fraction: 0 }))
}

/** Hears of one upload, or without an id of all. News reach no file that is not uploading, or not chosen any more. */
export function hear(parts: Parts, news: News, about?: number): Parts {
  return parts.map((part) => {
    const { id, file, state } = part
    return state === "uploading" && id === (about ?? id) ? ({ id, file, ...news } as Part) : part
  })
}

const byUrgency = ["uploading", "failed", "refused", "idle", "ready"] as const

/** One name for all parts: the most urgent one's; `ready` only when every one of them is. */
export function stateOf(parts: Parts): StateName {
  return byUrgency.find((name) => parts.some(({ state }) => state === name)) ?? "idle"
}
