import { pipeline } from "node:stream/promises"
import { stickyError } from "../../core/messages.js"
import type { Storage } from "../../core/storage.js"
import type { TokenClaims } from "../../core/token.js"
import { guarded } from "../answer.js"
import type { StickyAnswer, StickyRequest } from "../exchange.js"
import { stagedKey } from "../staging.js"
import { askedRange } from "./byte-range.js"
import { fileHeaders, type PreviewInline } from "./headers.js"

interface Sending {
  storage: Storage
  claims: TokenClaims
  inline: PreviewInline | undefined
  /** How long a client may take nothing. */
  idleSeconds: number
}

/**
 * Sends a staged file, or the part of it that is asked for, as fast as it is taken; resolves when it is sent, or when
 * nobody takes it any more. The file is let go whatever happens.
 * @throws what the storage throws: before the head as long as that is possible.
 */
export async function sendFile(req: StickyRequest, res: StickyAnswer, sending: Sending): Promise<void> {
  const { storage, claims, inline, idleSeconds } = sending
  const { size } = claims
  // A range is a thing of GET alone. What we send has no validator, so no condition of `If-Range` can hold.
  const isWhole = req.method === "HEAD" || req.headers["if-range"] !== undefined
  const range = askedRange(isWhole ? undefined : req.headers.range, size)
  if (range === "unsatisfiable") {
    res.writeHead(416, { ...guarded, "Content-Range": `bytes */${size}`, "Content-Length": 0 }).end()
    return
  }
  const { start, end } = range === "all" ? { start: 0, end: size } : range
  const length = end - start
  const headers = { ...guarded, ...fileHeaders(claims, inline), "Content-Length": length }
  const writeHead = () =>
    range === "all"
      ? res.writeHead(200, headers)
      : res.writeHead(206, { ...headers, "Content-Range": `bytes ${start}-${end - 1}/${size}` })
  if (req.method === "HEAD" || length === 0) {
    writeHead().end()
    return
  }

  const bytes = exactly(length, await storage.open(stagedKey(claims), { start, end }), storage.name)
  try {
    const first = await bytes.next()
    if (res.destroyed) return
    res.setTimeout(idleSeconds * 1000, () => void res.destroy())
    writeHead()
    res.write(first.value)
    await pipeline(bytes, res)
  } catch (error) {
    if (!isClientGone(error)) throw error
  } finally {
    await bytes.return(undefined)
  }
}

/** Passes on as many bytes as were promised: one more would be read as the connection's next answer. */
async function* exactly(
  length: number,
  source: AsyncIterable<Uint8Array>,
  storage: string,
): AsyncGenerator<Uint8Array> {
  let left = length
  for await (const chunk of source) {
    yield chunk.subarray(0, left)
    left -= chunk.length
    if (left <= 0) return
  }
  throw stickyError("storage_failed", { storage, operation: "open" })
}

const isClientGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE"
