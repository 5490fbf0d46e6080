import type { StickyToken } from "../core/token.js"

/** What can be said of one picked file. */
export type News =
  /** Nothing runs: its bytes wait for the form. */
  | { readonly state: "idle" }
  | { readonly state: "uploading"; readonly fraction: number }
  | { readonly state: "ready"; readonly token: StickyToken }
  | { readonly state: "refused" | "failed"; readonly message: string }

export type StateName = News["state"]

/** One file of the last choice; without `file` it is a token that the page came with. */
export type Part = { readonly id: number; readonly file?: File | undefined } & News

/** All files of the last choice: one at most, but for a `multiple` input. */
export type Parts = readonly Part[]

export type Step =
  /** A choice replaces the one before whole; an empty one clears. */
  | { readonly picked: readonly Pick<Part, "id" | "file">[] }
  /** Heard of one upload, or told to all that run. Nothing reaches a file that is not uploading, or no longer chosen. */
  | { readonly id: number | "all"; readonly news: News }

/** All that an uploader can go through: pure, so that any order of events can be played against a model. */
export function advance(parts: Parts, step: Step): Parts {
  if ("picked" in step) return step.picked.map((part) => ({ ...part, state: "uploading", fraction: 0 }))
  return parts.map((part) =>
    part.state === "uploading" && (step.id === "all" || step.id === part.id)
      ? { id: part.id, file: part.file, ...step.news }
      : part,
  )
}

const byUrgency = ["uploading", "failed", "refused", "idle"] as const

/** One name for all parts: the most urgent; `ready` only when every one of them is. */
export function stateOf(parts: Parts): StateName {
  return byUrgency.find((name) => parts.some(({ state }) => state === name)) ?? (parts.length ? "ready" : "idle")
}
