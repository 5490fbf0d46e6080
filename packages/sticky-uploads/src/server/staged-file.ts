import { stickyError } from "../core/messages.js"
import type { StickyFile, Stored, WebStream } from "../core/sticky-file.js"
import { newId } from "./id.js"
import { stagedKey } from "./staging.js"
import { type Begin, refuseUnasked, type Staged } from "./transaction.js"
import { bufferOf, textOf, webStreamOf } from "./web-stream.js"

/** The file that a token stands for. Nothing is opened until it is used, and using it takes it for this call. */
export function stagedFile(staged: Staged, begin: Begin): StickyFile {
  const { claims, storage } = staged
  const { jti: id, name, size, type, sha256 } = claims
  const key = stagedKey(claims)

  /** Opened when it is first read: whoever fails before that would leave it open. */
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* await storage.open(key)
  }

  /** Inside a call, reading takes the file too: of two racing calls that read it, one shall win. */
  async function* content(): AsyncGenerator<Uint8Array> {
    const { transaction, each } = begin()
    if (each) await refuseUnasked(staged)
    else await transaction.use(staged)
    yield* bytes()
  }

  return {
    name,
    size,
    type,
    id,
    sha256,
    existing: undefined,
    stream: () => webStreamOf(content()) as WebStream,
    arrayBuffer: () => bufferOf(content()),
    text: () => textOf(content()),
    async promote(target, options = {}) {
      const { transaction, each } = begin()
      try {
        await transaction.use(staged)
        const to = options.key ?? newId()
        const stored = await transaction.promote(target, async () => {
          if (!(await target.copyFrom?.(storage, key, to))) await target.write(to, bytes())
          try {
            const isWhole = (await target.stat(to))?.size === size
            if (!isWhole) throw stickyError("storage_failed", { storage: target.name, operation: "promote" })
          } catch (error) {
            // Nobody has heard of the copy yet: what ends the call would not undo it.
            await target.remove(to).catch(() => undefined)
            throw error
          }
          const facts: Stored = { storage: target.name, key: to, name, size, type }
          if (sha256 !== undefined) facts.sha256 = sha256
          return { stored: facts, target: claims.aud, id }
        })
        if (each) await transaction.commit()
        return stored
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
