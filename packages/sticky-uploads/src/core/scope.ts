import type { Refusal } from "./errors.js"
import type { ResolvedLimits } from "./limits.js"
import type { FileLike, StickyFile } from "./sticky-file.js"

/** The file of a token, and whether it is one that the app has stored: what was taken once is not judged again. */
export interface TokenFile {
  file: StickyFile
  isExisting: boolean
}

/** What a token stands for at one leaf of a schema, as far as can be said without waiting. */
type Resolution = TokenFile | { refusal: Refusal }

/** One call's view: who asks, for which procedure, and what the storage answered before the parse began. */
export interface StickyScope {
  /** Verifies a token for the schema node that reads it; synchronous and free of side effects. */
  resolve(token: string, leaf: object): Resolution
  /** Wraps raw bytes that arrived with the call. */
  receive(file: FileLike, limits: ResolvedLimits): StickyFile | Refusal
  /** Says a refusal in the words of whoever makes the call. */
  say(refusal: Refusal): string
}

/** What a server puts in the slot, so that the isomorphic schema finds the call it runs in. */
export interface StickyWorld {
  current(): StickyScope | undefined
  /** Wraps raw bytes outside any call. */
  receive(file: FileLike, limits: ResolvedLimits): StickyFile
}

// Shared by every copy of this package in the process: schema and server may be bundled apart.
const slot = Symbol.for("sticky-uploads.world.1")
const holder = globalThis as { [slot]?: StickyWorld }

export function worldInSlot(): StickyWorld | undefined {
  return holder[slot]
}

export function putWorldInSlot(world: StickyWorld): void {
  holder[slot] = world
}
