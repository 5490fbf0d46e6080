/** Cuts a body into pieces of these sizes, over and over. */
export function cut(body: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, turn = 0; at < body.length; turn += 1) {
    const size = sizes[turn % sizes.length] as number
    chunks.push(body.subarray(at, at + size))
    at += size
  }
  return chunks
}
