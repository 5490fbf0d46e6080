import type { ResolvedLimits } from "../core/limits.js"
import type { FileLike, StickyFile, Stored, WebStream } from "../core/sticky-file.js"
import { displayName } from "./display-name.js"
import { newId } from "./id.js"
import { type Facts, inspect } from "./inspect.js"
import { locate } from "./locate.js"
import type { Transaction } from "./transaction.js"
import { bufferOf, textOf, webStreamOf } from "./web-stream.js"

/**
 * A File that came with the call as bytes. Its type is what the bytes say: known at once when they were looked at
 * before the parse, and otherwise from the moment it is first read. Its field's limits are held while it is read.
 */
export function rawFile(
  file: FileLike,
  limits: ResolvedLimits,
  known: {
    type?: string | undefined
    path?: readonly PropertyKey[] | undefined
    transaction?: Transaction | undefined
  } = {},
): StickyFile {
  const name = displayName(file.name)
  const facts: Facts = { size: file.size, type: known.type ?? "application/octet-stream" }

  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      yield* inspect(file.stream(), name, [limits], facts, undefined)
    } catch (error) {
      throw locate(error, known.path)
    }
  }

  return {
    name,
    size: file.size,
    get type() {
      return facts.type
    },
    sha256: undefined,
    stream: () => webStreamOf(content()) as WebStream,
    arrayBuffer: () => bufferOf(content()),
    text: () => textOf(content()),
    async promote(target, options = {}) {
      const key = options.key ?? newId()
      const copy = () => target.write(key, content())
      await (known.transaction?.promote(target, key, copy) ?? copy())
      const stored: Stored = { storage: target.name, key, name, size: facts.size, type: facts.type }
      return stored
    },
    async discard() {},
  }
}
