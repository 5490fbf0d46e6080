import { stickyError } from "../../core/messages.js"
import type { ByteRange, Storage } from "../../core/storage.js"
import { checkedKey } from "../key.js"

/** Keeps files in this process's memory: for tests and small forms. They are gone when it ends. */
export function createMemoryStorage(
  options: {
    /** How logs and `Stored` call it. @default "memory" */
    name?: string
  } = {},
): Storage {
  const name = options.name ?? "memory"
  const files = new Map<string, { bytes: Uint8Array; modifiedAt: number }>()

  return {
    name,
    async write(key, source) {
      checkedKey(key)
      const chunks: Uint8Array[] = []
      // A source may reuse its buffer for the next chunk.
      for await (const chunk of source) chunks.push(Buffer.from(chunk))
      if (files.has(key)) throw stickyError("storage_conflict", { storage: name, key })
      const bytes = Buffer.concat(chunks)
      files.set(key, { bytes, modifiedAt: Date.now() })
      return { size: bytes.length }
    },
    async open(key, range: ByteRange = { start: 0 }) {
      const file = files.get(checkedKey(key))
      if (!file) throw stickyError("storage_missing", { storage: name, key })
      const { bytes } = file
      return (async function* () {
        for (let at = range.start; at < Math.min(range.end ?? bytes.length, bytes.length); at += 65_536) {
          yield bytes.subarray(at, Math.min(at + 65_536, range.end ?? bytes.length))
        }
      })()
    },
    async stat(key) {
      const file = files.get(checkedKey(key))
      return file && { key, size: file.bytes.length, modifiedAt: file.modifiedAt }
    },
    remove: async (key) => files.delete(checkedKey(key)),
    async *list() {
      for (const [key, { bytes, modifiedAt }] of files) yield { key, size: bytes.length, modifiedAt }
    },
  }
}
