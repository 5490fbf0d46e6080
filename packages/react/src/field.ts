import type { AttachOptions, StickyClient, StickyUploader, SubmitMode } from "sticky-uploads/client"
import { type AnyPart, type CameWith, isFile, partsOf } from "./parts.js"

/** What a render gives. */
export interface Given extends CameWith {
  readonly hooks: AttachOptions
}

/** One field between its uploader, which holds the state, and React, which shows it. */
export type Field = ReturnType<typeof createField>

export function createField(given: Given) {
  let came = partsOf(given)
  let uploader: StickyUploader | undefined
  let listener: (() => void) | undefined
  let isAsked = false

  /** Makes the words, and where they are others the files, what the page came with. What is picked stays. */
  function come(areOthers: boolean) {
    if (uploader) {
      const stay = uploader.parts.filter((part) => (areOthers ? part.file : isFile(part)))
      const isWanted = areOthers && (uploader.input.multiple || !stay[0])
      uploader.initial = came
      uploader.show([...came.filter((part) => isWanted || !isFile(part)), ...stay])
    }
    listener?.()
  }

  function follow({ type }: Event) {
    isAsked ||= type === "sticky:submit"
    listener?.()
  }

  return {
    /** What the status line comes with; its text is the client's from then on. */
    words: given.errors.join("\n"),
    /** What holds the state, from the moment there is an input. */
    uploader: () => uploader,
    /** What is shown: the same array as long as it shows the same. */
    parts: (): readonly AnyPart[] => uploader?.parts ?? came,
    subscribe(callback: () => void) {
      listener = callback
      return () => {
        listener = undefined
      }
    },

    /** Takes what a render gave, and shows what of it the server says anew. */
    take(next: Given) {
      const { files, errors } = given
      given = next
      // The client looks up the hooks each time.
      if (uploader) uploader.options = { submit: uploader.options.submit as SubmitMode, ...next.hooks }
      const areOthers = JSON.stringify(files) !== JSON.stringify(next.files)
      // A render may make the same words anew: they are said again after a submit only.
      if (areOthers || (errors !== next.errors && (isAsked || `${errors}` !== `${next.errors}`))) {
        came = partsOf(next)
        isAsked = false
        come(areOthers)
      }
    },

    /** Ties the field to its input, or to none, and lets go of the one before. */
    tie(input: HTMLInputElement | null, required: boolean, attach: StickyClient["attach"], target: string) {
      uploader?.destroy()
      uploader = undefined
      if (input) {
        for (const name of ["change", "submit"]) input.addEventListener(`sticky:${name}`, follow)
        // The client reads it once; from then on both ask for a file where there is no token.
        input.required = required
        uploader = attach(input, target, given.hooks)
      }
      come(true)
    },
  }
}
