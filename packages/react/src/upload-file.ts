import type { StickyToken } from "sticky-uploads"
import type { Part, StateName } from "sticky-uploads/client"

/** A file of a field. */
export interface UploadFile {
  /** Tells it from the other files of its field. */
  readonly id: number
  /** Display name. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Media type. */
  readonly type: string
  readonly state: StateName
  /** From 0 to 1, in whole percents. */
  readonly progress: number
  /** Why it was refused, or is not uploaded. */
  readonly error: string | undefined
  /** What a form submits: the token once there is one, and until then the file itself. */
  readonly value: StickyToken | File
}

/** What is shown of a part of an uploader. */
export function fileOf(part: Part): UploadFile {
  const { id = 0, file, state } = part
  const { name = "", size = 0, type = "" } = file ?? part
  return {
    id,
    name,
    size,
    type,
    state,
    progress: "fraction" in part ? Math.floor(100 * part.fraction) / 100 : +(state === "ready"),
    error: "message" in part ? part.message : undefined,
    // Sound: what has no token was picked.
    value: "token" in part ? part.token : (file as File),
  }
}
