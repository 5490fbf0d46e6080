/** A piece of a file; all but the last are equally long, as R2 wants them. */
export interface Part {
  bytes: Buffer
  isLast: boolean
}

/**
 * Cuts a source into parts, each in a buffer of its own, and pulls no more than the one that is asked for. A buffer is
 * filled anew once it is put among the spare ones. Small files take no more memory than they are large.
 * @throws what the source throws, and the signal's reason as soon as the source says anything.
 */
export async function* partsOf(
  source: AsyncIterable<Uint8Array>,
  partBytes: number,
  spare: Buffer[],
  signal: AbortSignal,
): AsyncGenerator<Part, void> {
  let buffer: Buffer = Buffer.alloc(0)
  let filled = 0
  for await (const chunk of source) {
    signal.throwIfAborted()
    for (let at = 0; at < chunk.length; ) {
      if (filled === partBytes) {
        yield { bytes: buffer, isLast: false }
        buffer = spare.pop() ?? Buffer.allocUnsafeSlow(partBytes)
        filled = 0
      }
      const taken = Math.min(chunk.length - at, partBytes - filled)
      buffer = withRoom(buffer, filled, filled + taken, partBytes)
      buffer.set(chunk.subarray(at, at + taken), filled)
      filled += taken
      at += taken
    }
  }
  yield { bytes: buffer.subarray(0, filled), isLast: true }
}

function withRoom(buffer: Buffer, filled: number, needed: number, most: number): Buffer {
  if (buffer.length >= needed) return buffer
  const larger = Buffer.allocUnsafeSlow(Math.min(most, Math.max(needed, buffer.length * 2)))
  larger.set(buffer.subarray(0, filled))
  return larger
}
