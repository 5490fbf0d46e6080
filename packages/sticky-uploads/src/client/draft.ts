import { ask } from "./ask.js"
import { complaint } from "./complain.js"
import type { StickyUploader } from "./hooks.js"
import { keepFiles } from "./keep-files.js"
import type { Part, Parts, StagedFile } from "./states.js"
import { readKept, writeKept } from "./tab-storage.js"
import type { TransportOptions } from "./transport.js"

/** What is kept of one input. */
export interface Draft {
  /** Keeps nothing of it any more, or not this one file. */
  drop(file?: File): void
  /** Asks again about what was brought back, as it may be used by now. */
  renew(): void
}

function stagedOf(parts: Parts): readonly StagedFile[] {
  return parts.flatMap((part) => {
    if (part.state !== "ready") return []
    const { token, file, name = file?.name ?? "", size = file?.size ?? 0, type = file?.type } = part
    return { token, name, size, type }
  })
}

const isAmong = (parts: Parts, token: string) => parts.some((part) => part.state === "ready" && part.token === token)

/**
 * Keeps an input's tokens under its page, its endpoint, and its own name and id; brings back those that the endpoint still
 * calls good, unless the page or its person has something else.
 */
export function createDraft(uploader: StickyUploader, url: string, transport: TransportOptions): Draft {
  const { input } = uploader
  const place = ["sticky-uploads", location.pathname + location.search, url, input.name, input.id].join(" ")
  const used = new Set<string>()
  /** Kept, and not known to be good yet. */
  let unsure: readonly StagedFile[] = []
  let saved = ""

  /** Tells what this tab has uploaded from what the page came with, and brings by itself. */
  function isOwn(part: Part): boolean {
    return part.state === "ready" && !used.has(part.token) && !isAmong(uploader.initial, part.token)
  }

  function save() {
    const files = [...stagedOf(uploader.parts.filter(isOwn)), ...unsure]
    const text = JSON.stringify(files)
    // Progress is told often.
    if (text !== saved) writeKept(place, files)
    saved = text
  }

  /** Makes parts of files as if the page had come with them; but a reset is to be rid of them. */
  function numbered(files: readonly StagedFile[]): Parts {
    const { initial } = uploader
    keepFiles(uploader, files)
    uploader.initial = initial
    return uploader.parts.slice(0, files.length)
  }

  async function restore() {
    const asked = unsure
    const said = await Promise.all(asked.map(({ token }) => ask(url, token, transport)))
    // What its person did meanwhile counts.
    if (asked !== unsure || input.stickyUploader !== uploader) return
    unsure = asked.filter((_, at) => !said[at])
    const good = asked.filter(({ token }, at) => said[at] && !said[at].refusal && !isAmong(uploader.parts, token))
    const words = said.flatMap((each) =>
      each?.refusal ? complaint(each.refusal.errors.upload.join(" "), each.refusal.code) : [],
    )
    if (good.length + words.length) uploader.show([...uploader.parts, ...numbered(good), ...words])
    if (unsure.length) addEventListener("online", restore, { once: true })
  }

  input.addEventListener("sticky:change", () => {
    // An uploader that lets go of its input empties it, and nobody else has.
    if (input.stickyUploader !== uploader) return
    // A choice takes the place of the one before, and nothing that of all.
    if (!input.multiple || !uploader.parts.length) unsure = []
    save()
  })
  if (!input.value && (input.multiple || !stagedOf(uploader.parts).length)) unsure = readKept(place)
  save()
  restore()

  return {
    drop(file) {
      const dropped = uploader.parts.filter((part) => part.file === (file ?? part.file))
      for (const { token } of stagedOf(dropped)) used.add(token)
      if (!file) unsure = []
      save()
    },
    renew() {
      used.clear()
      const back = uploader.parts.filter((part) => !part.file && isOwn(part))
      uploader.show(uploader.parts.filter((part) => !back.includes(part)))
      unsure = stagedOf(back)
      save()
      restore()
    },
  }
}
