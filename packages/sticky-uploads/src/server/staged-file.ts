import { stickyError } from "../core/messages.js"
import type { StickyFile, Stored, WebStream } from "../core/sticky-file.js"
import { newId } from "./id.js"
import { stagedKey } from "./staging.js"
import type { Staged, Transaction } from "./transaction.js"
import { bufferOf, textOf, webStreamOf } from "./web-stream.js"

/**
 * The file that a token stands for. Nothing is opened until it is used, and using it takes it for this call.
 * @param each whether every promote is a call of its own: consumed when it succeeds, given back when it fails.
 */
export function stagedFile(staged: Staged, begin: () => { transaction: Transaction; each: boolean }): StickyFile {
  const { claims, storage } = staged
  const { name, size, type, sha256 } = claims
  const key = stagedKey(claims.jti)

  /** Inside a call, reading takes the file too: of two racing calls that read it, one shall win. */
  async function* content(): AsyncGenerator<Uint8Array> {
    const { transaction, each } = begin()
    if (!each) await transaction.use(staged)
    yield* await storage.open(key)
  }

  return {
    name,
    size,
    type,
    sha256,
    stream: () => webStreamOf(content()) as WebStream,
    arrayBuffer: () => bufferOf(content()),
    text: () => textOf(content()),
    async promote(target, options = {}) {
      const { transaction, each } = begin()
      try {
        await transaction.use(staged)
        const to = options.key ?? newId()
        await transaction.promote(target, to, async () => {
          if (!(await target.copyFrom?.(storage, key, to))) await target.write(to, await storage.open(key))
          if ((await target.stat(to))?.size === size) return
          await target.remove(to)
          throw stickyError("storage_failed", { storage: target.name, operation: "promote" })
        })
        if (each) await transaction.commit()
        const stored: Stored = { storage: target.name, key: to, name, size, type }
        return sha256 === undefined ? stored : { ...stored, sha256 }
      } catch (error) {
        if (each) await transaction.rollback()
        throw error
      }
    },
    async discard() {
      const { transaction, each } = begin()
      await transaction.use(staged)
      await storage.remove(key)
      if (each) await transaction.commit()
    },
  }
}
