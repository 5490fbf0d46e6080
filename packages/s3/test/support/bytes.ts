import { randomBytes } from "node:crypto"

export const MiB = 1_048_576

export async function* chunksOf(bytes: Uint8Array, chunkBytes = 60_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A source that breaks after so many bytes. */
export async function* breakingAfter(bytes: number, error: Error): AsyncGenerator<Uint8Array> {
  yield* chunksOf(randomBytes(bytes))
  throw error
}
