import type { StickyToken } from "sticky-uploads"
import type { Part, StagedFile, StateName } from "sticky-uploads/client"

/** A part of the client's, whichever state it is in. */
export type AnyPart = Part & { readonly token?: StickyToken; readonly message?: string; readonly fraction?: number }

/** What the page came with. */
export interface CameWith {
  /** Files that are on the server. */
  readonly files: readonly StagedFile[]
  /** What the server says of the field. */
  readonly errors: readonly string[]
}

/** A file of a field. */
export interface UploadFile {
  /** Tells it from the other files of its field: below 0 where the page came with it, and above where it was picked. */
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

/** A part that is neither picked nor on the server is a word about the field. */
export const isFile = (part: AnyPart) => part.file || part.token

export const partsOf = ({ files, errors }: CameWith): AnyPart[] => [
  ...files.map((file, at) => ({ ...file, id: ~at, state: "ready", token: file.token as StickyToken }) as const),
  ...errors.map((message) => ({ state: "failed", message }) as const),
]

/** What is shown of a part that is a file. */
export function fileOf(part: AnyPart): UploadFile {
  // Sound: a file without a token was picked, and all are numbered.
  const { id, file, state, token, message, fraction = +!!token } = part as AnyPart & { id: number; file: File }
  const { name, size, type = "" } = file ?? (part as StagedFile)
  return { id, name, size, type, state, progress: fraction, error: message, value: token ?? file }
}
