import type { Refusal } from "../core/errors.js"
import type { ResolvedLimits } from "../core/limits.js"
import type { FileLike, StickyFile, Stored, WebStream } from "../core/sticky-file.js"
import { displayName } from "./display-name.js"
import { newId } from "./id.js"
import { type Facts, inspect } from "./inspect.js"
import { locate } from "./locate.js"
import { raise } from "./raise.js"
import type { Begin, Promoted } from "./transaction.js"
import { bufferOf, textOf, webStreamOf } from "./web-stream.js"
import type { Say } from "./words.js"

/** What a call knows of a raw file in its input. */
interface RawCall {
  /** As sniffed, when it was looked at before the parse. */
  type: string | undefined
  checksum: "sha256" | undefined
  path: readonly PropertyKey[] | undefined
  target: string | undefined
  say: Say
  begin: Begin
  /** Why it may not be read, where that could not be asked before the parse. */
  refusal: (() => Promise<Refusal | undefined>) | undefined
}

/**
 * A File that came with the call as bytes. Its type is what the bytes say: known at once when they were looked at
 * before the parse, and otherwise from the moment it is first read. Its field's limits are held while it is read.
 */
export function rawFile(file: FileLike, limits: ResolvedLimits, call?: RawCall): StickyFile {
  const name = displayName(file.name)
  const facts: Facts = { size: file.size, type: call?.type ?? "application/octet-stream" }

  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      const refusal = await call?.refusal?.()
      if (refusal) raise(refusal)
      yield* inspect(file.stream(), name, [limits], facts, call?.checksum)
    } catch (error) {
      throw call ? locate(error, call.path, call.say) : error
    }
  }

  return {
    name,
    size: file.size,
    get type() {
      return facts.type
    },
    id: undefined,
    get sha256() {
      return facts.sha256
    },
    existing: undefined,
    stream: () => webStreamOf(content()) as WebStream,
    arrayBuffer: () => bufferOf(content()),
    text: () => textOf(content()),
    async promote(target, options = {}) {
      const key = options.key ?? newId()
      async function copy(): Promise<Promoted> {
        await target.write(key, content())
        const { size, type, sha256 } = facts
        const stored: Stored = { storage: target.name, key, name, size, type }
        if (sha256 !== undefined) stored.sha256 = sha256
        return { stored, target: call?.target, id: undefined }
      }
      if (!call) return (await copy()).stored
      const { transaction, each } = call.begin()
      const stored = await transaction.promote(target, copy)
      if (each) await transaction.commit()
      return stored
    },
    async discard() {},
  }
}
