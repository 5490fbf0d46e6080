import { isStickyError, type Refusal } from "../core/errors.js"
import type { Storage } from "../core/storage.js"
import { bufferOf } from "./web-stream.js"

/** How the inspection of a staged file ended. */
interface Verdict {
  refusal: Refusal | undefined
}

const verdictKey = (key: string): string => `${key}.verdict`

async function* bytesOf(refusal: Refusal | undefined): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(refusal ?? null))
}

/**
 * Puts a verdict beside its file, where every process that shares the storage finds it; the sweeper removes it.
 * @returns `false` where there is one already: that one counts.
 */
export async function writeVerdict(storage: Storage, key: string, { refusal }: Verdict): Promise<boolean> {
  try {
    await storage.write(verdictKey(key), bytesOf(refusal))
    return true
  } catch (error) {
    if (isStickyError(error, "storage_conflict")) return false
    throw error
  }
}

export async function readVerdict(storage: Storage, key: string): Promise<Verdict | undefined> {
  if (!(await storage.stat(verdictKey(key)))) return undefined
  const bytes = await bufferOf(await storage.open(verdictKey(key)))
  // Sound: written above, where nobody but us writes.
  return { refusal: (JSON.parse(Buffer.from(bytes).toString()) as Refusal | null) ?? undefined }
}
