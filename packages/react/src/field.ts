import type { StickyToken } from "sticky-uploads"
import type {
  AttachOptions,
  Part,
  StagedFile,
  StateName,
  StickyEventDetail,
  StickyUploader,
} from "sticky-uploads/client"
import { fileOf, type UploadFile } from "./upload-file.js"

/** What a field shows. */
export interface Shown {
  /** Whether the client has the input: then it carries the tokens, too. */
  readonly isTied: boolean
  readonly state: StateName
  readonly files: readonly UploadFile[]
  readonly error: string | undefined
}

/** What a render gives. */
export interface Given {
  /** Files that are on the server: what the page came with. */
  readonly files: readonly StagedFile[]
  /** What the server says of the field. */
  readonly errors: readonly string[]
  readonly required: boolean
  readonly hooks: AttachOptions
}

/** One field between its uploader, which holds the state, and React, which shows it. */
export type Field = ReturnType<typeof createField>

/** A part that is neither is a word about the field. */
const isFile = (part: Part) => part.file || "token" in part
const tokensOf = ({ files }: Given) => files.map(({ token }) => token).join()
const wordsOf = ({ errors }: Given) => errors.map((message): Part => ({ state: "failed", message }))

export function createField(first: Given) {
  let given = first
  let uploader: StickyUploader | undefined
  let listener = () => {}
  let isAsked = false

  /** What is shown now: by the uploader, and before there is one what the page came with. */
  function look(): Shown {
    const parts = uploader?.parts ?? [
      ...given.files.map((file, id) => ({ ...file, id, state: "ready", token: file.token as StickyToken }) as const),
      ...wordsOf(given),
    ]
    return {
      isTied: !!uploader,
      state: uploader?.state ?? parts.at(-1)?.state ?? "idle",
      files: parts.filter(isFile).map(fileOf),
      error: parts.flatMap((part) => ("message" in part ? part.message : [])).join("\n") || undefined,
    }
  }

  /** Makes what the server says what the page came with: its words, and its files where those are others. */
  function come(isOther: boolean) {
    if (!uploader) return
    if (isOther) {
      uploader.show(uploader.parts.filter(({ file }) => file))
      uploader.initial = []
      uploader.keep(given.files)
    }
    uploader.initial = [...uploader.initial.filter(isFile), ...wordsOf(given)]
    uploader.show([...uploader.parts.filter(isFile), ...wordsOf(given)])
  }

  function follow({ type, detail }: CustomEventInit<StickyEventDetail> & Event) {
    uploader = detail?.uploader
    if (type === "sticky:attach") come(true)
    isAsked ||= type === "sticky:submit"
    listener()
  }

  return {
    look,
    /** What is shown, as a string: the same as long as it shows the same. A choice has numbers of its own, which tell its files apart. */
    key: () => JSON.stringify(look()),
    subscribe(callback: () => void) {
      listener = callback
      return () => {
        listener = () => {}
      }
    },

    /** Takes what a render gave, and shows what of it the server says anew. */
    take(next: Given) {
      const before = given
      given = next
      // The client looks up the hooks each time.
      if (uploader) uploader.options = { submit: uploader.options.submit ?? "abort", ...given.hooks }
      const isOther = tokensOf(before) !== tokensOf(given)
      // A render may make the same words anew: they are said again after a submit only.
      const isSame = `${before.errors}` === `${given.errors}` && !isAsked
      if (!isOther && (isSame || before.errors === given.errors)) return
      isAsked = false
      come(isOther)
      listener()
    },

    /** Ties the field to its input, or to none, and lets go of the one before. */
    tie(input: HTMLInputElement | null, attach: (input: HTMLInputElement, hooks: AttachOptions) => void) {
      uploader?.destroy()
      uploader = undefined
      if (input) {
        for (const name of ["attach", "change", "submit"]) input.addEventListener(`sticky:${name}`, follow)
        // The client reads it once; from then on both ask for a file where there is no token.
        input.required = given.required
        attach(input, given.hooks)
      }
      listener()
    },

    abort: () => uploader?.abort(),
    clear: () => uploader?.clear(),
    reset: () => uploader?.reset(),
    /** Uploads again what did not get through: one file, or all. */
    retry: (id?: number) => uploader?.retry(id),
    remove: (id: number) => uploader?.remove(id),
    move: (id: number, to: number) => uploader?.move(id, to),
  }
}
