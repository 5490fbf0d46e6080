import type { Part } from "./part.js"

type Item = { part: Pick<Part, "name" | "filename"> } | { bytes: Uint8Array } | "end" | "finish"

/** Between a scanner that pushes and a reader that pulls: keeps the order, and says when to stop the source. */
export interface PartQueue {
  push(item: Item): void
  /** Ends the reader with an error, after nothing more. */
  fail(error: unknown): void
  /** The parts, one at a time, in the order of the body. */
  parts(): AsyncGenerator<Part>
}

// What a piece costs beside its bytes: a million pieces of one byte are no megabyte.
const pieceBytes = 256

const costOf = (item: Item) => pieceBytes + (typeof item === "object" && "bytes" in item ? item.bytes.length : 0)

/**
 * @param flow is told `true` when the source should send and `false` when the reader is behind.
 * @param highWater how many bytes may wait for a slow reader until the source is stopped.
 */
export function createPartQueue(flow: (open: boolean) => void, highWater: (queuedBytes: number) => number): PartQueue {
  let items: (Item | undefined)[] = []
  let head = 0
  let queuedBytes = 0
  let failure: { error: unknown } | undefined
  let wake: (() => void) | undefined
  let isOpen = true

  function setFlow(open: boolean): void {
    if (isOpen === open) return
    isOpen = open
    flow(open)
  }

  function rouse(): void {
    wake?.()
    wake = undefined
  }

  async function next(): Promise<Item> {
    while (head === items.length) {
      if (failure) throw failure.error
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    if (failure) throw failure.error
    const item = items[head] as Item
    // Let go of at once: a source that keeps ahead never lets the queue run empty.
    items[head] = undefined
    head += 1
    if (head * 2 > items.length) {
      items = items.slice(head)
      head = 0
    }
    queuedBytes -= costOf(item)
    if (queuedBytes < highWater(queuedBytes) / 2) setFlow(true)
    return item
  }

  async function* parts(): AsyncGenerator<Part> {
    for (let item = await next(); item !== "finish"; item = await next()) {
      if (typeof item !== "object" || !("part" in item)) continue
      let ended = false
      async function* bytes(): AsyncGenerator<Uint8Array> {
        while (!ended) {
          const piece = await next()
          if (piece === "end") ended = true
          else if (typeof piece === "object" && "bytes" in piece) yield piece.bytes
        }
      }
      const content = bytes()
      yield { ...item.part, [Symbol.asyncIterator]: () => content }
      // What its reader left unread is skipped.
      while (!ended) ended = (await next()) === "end"
    }
  }

  return {
    push(item) {
      items.push(item)
      queuedBytes += costOf(item)
      if (queuedBytes >= highWater(queuedBytes)) setFlow(false)
      rouse()
    },
    fail(error) {
      failure ??= { error }
      rouse()
    },
    parts,
  }
}
