import { createHash } from "node:crypto"
import { checkSize, checkSniffed, type FileRefusal, type ResolvedLimits } from "../core/limits.js"
import { stickyError } from "../core/messages.js"
import { raise } from "./raise.js"
import { sniff, sniffBytes } from "./sniff.js"

/** What the bytes of a file say, complete once they have all passed. */
export interface Facts {
  size: number
  type: string
  sha256?: string
  /** Set once the last byte has passed and the file as a whole is good. */
  isWhole?: true
}

/** A field that is a union may take a file in several ways: it is refused when all of them refuse it. */
function everyRefusal(
  limits: readonly ResolvedLimits[],
  check: (one: ResolvedLimits) => FileRefusal | undefined,
): FileRefusal | undefined {
  let last: FileRefusal | undefined
  for (const one of limits) {
    last = check(one)
    if (!last) return undefined
  }
  return last
}

/**
 * Passes a file's bytes on while it measures them, and stops at the first byte too many or as soon as the type is seen
 * to be refused. Holds back no more than the bytes that sniffing needs.
 * @throws StickyError `file_too_large`, `file_empty`, `file_too_small`, `file_type_refused`
 */
export async function* inspect(
  source: AsyncIterable<Uint8Array>,
  name: string,
  limits: readonly ResolvedLimits[],
  facts: Facts,
  checksum: "sha256" | undefined,
): AsyncGenerator<Uint8Array> {
  const maxBytes = Math.max(...limits.map((one) => one.maxBytes))
  const hash = checksum && createHash(checksum)
  let isJudged = false
  let held: Uint8Array[] = []
  facts.size = 0

  /** Names the type by the first bytes, and gives out what was held back for it. */
  async function judge(isEnd: boolean): Promise<Uint8Array[]> {
    const chunks = held
    held = []
    isJudged = true
    const head = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
    facts.type = await sniff(head.subarray(0, sniffBytes), name, isEnd && head.length <= sniffBytes)
    const refusal = everyRefusal(limits, (one) => checkSniffed({ name, type: facts.type }, one))
    if (refusal) raise(refusal)
    return chunks
  }

  for await (const chunk of source) {
    facts.size += chunk.length
    // Cut off here, so how large it is nobody knows.
    if (facts.size > maxBytes) throw stickyError("file_too_large", { name, size: undefined, maxBytes })
    hash?.update(chunk)
    if (isJudged) yield chunk
    else {
      held.push(chunk)
      // One by one: delegating to an array costs an async generator more than all it does besides.
      if (facts.size >= sniffBytes) for (const each of await judge(false)) yield each
    }
  }
  if (!isJudged) {
    // An empty file is said to be empty, not to be of no type.
    const refusal = everyRefusal(limits, (one) => checkSize({ name, size: facts.size }, one))
    if (refusal) raise(refusal)
    for (const each of await judge(true)) yield each
  }
  // A union's ways are judged as wholes at the end: one may take the size and another the type.
  const whole = everyRefusal(
    limits,
    (one) => checkSize({ name, size: facts.size }, one) ?? checkSniffed({ name, type: facts.type }, one),
  )
  if (whole) raise(whole)
  if (hash) facts.sha256 = hash.digest("hex")
  facts.isWhole = true
}
