import type { Storage } from "sticky-uploads/server"

/** A storage double: another storage with some of its acts replaced. */
export function double(inner: Storage, acts: Partial<Storage>): Storage {
  return { ...inner, ...acts }
}

/** A promise and what settles it. */
export function gate<T = void>() {
  let open: (value: T) => void = () => undefined
  const opened = new Promise<T>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** Passes a source on, and tells how far it came. */
export async function* tapped(source: AsyncIterable<Uint8Array>, onChunk: (total: number) => unknown) {
  let total = 0
  for await (const chunk of source) {
    total += chunk.length
    await onChunk(total)
    yield chunk
  }
}
