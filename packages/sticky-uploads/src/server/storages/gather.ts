import { createShares } from "../share.js"

const takeShare = createShares()
// A slow line brings a kilobyte at a time; each write of one would cost what a large one does.
const leastBytes = 65_536
// As many as the system takes in one writev; without it a source of single bytes would gather a million pieces.
const batchChunks = 1024

/** Writes chunks one after another where the file ends, and resolves to how many bytes it took. */
export type Write = (chunks: Uint8Array[]) => Promise<{ bytesWritten: number }>

/**
 * Writes a source, gathering what arrives while one write is in flight. Holds at most two batches, and pulls no further
 * while both are full: the source is read as fast as the disk writes. Once it settles, no write is in flight.
 * @returns the number of bytes.
 * @throws what the source or `write` throws.
 */
export async function gatherInto(write: Write, source: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0
  let batch: Uint8Array[] = []
  let batched = 0
  let writing = 0
  let inFlight: Promise<void> | undefined
  let failure: { error: unknown } | undefined
  const share = takeShare()

  function flush(): void {
    const [chunks, expected] = [batch, batched]
    batch = []
    batched = 0
    writing = expected
    inFlight = writeAll(write, chunks, expected)
      .catch((error: unknown) => {
        failure = { error }
      })
      .finally(() => {
        inFlight = undefined
        writing = 0
        share.bytes(batched)
      })
  }

  try {
    for await (const chunk of source) {
      if (failure) throw failure.error
      if (chunk.length === 0) continue
      batch.push(chunk)
      batched += chunk.length
      size += chunk.length
      const mostBytes = share.bytes(batched + writing)
      const isFull = batched >= mostBytes || batch.length >= batchChunks
      if (isFull && inFlight) await inFlight
      if (!inFlight && !failure && (isFull || batched >= leastBytes)) flush()
      // One of many holds a chunk and not two: the others keep the disk busy meanwhile.
      if (mostBytes <= leastBytes) await inFlight
    }
    await inFlight
    if (!failure && batched > 0) flush()
  } finally {
    await inFlight
    share.giveBack()
  }
  if (failure) throw failure.error
  return size
}

/** `writev` may write less than it was given (a full disk, a signal): what is left is written again, or fails. */
async function writeAll(write: Write, chunks: Uint8Array[], expected: number): Promise<void> {
  const { bytesWritten } = await write(chunks)
  if (bytesWritten === expected) return
  let skip = bytesWritten
  const rest: Uint8Array[] = []
  for (const chunk of chunks) {
    if (skip < chunk.length) rest.push(chunk.subarray(skip))
    skip = Math.max(0, skip - chunk.length)
  }
  if (bytesWritten === 0) throw Object.assign(new Error("the disk took no bytes"), { code: "ENOSPC" })
  await writeAll(write, rest, expected - bytesWritten)
}
