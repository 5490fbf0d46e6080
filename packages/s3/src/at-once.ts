/** What several workers stop for: the first failure of one of them. */
export type Halt = AbortController

/**
 * Works on items, a few at a time, and pulls the next one when there is room for it.
 * @param most how many, asked anew for each.
 * @returns what came of each, in the order of the items.
 * @throws the first failure, once no work is under way any more.
 */
export async function atOnce<Item, Result>(
  most: () => number,
  items: AsyncIterable<Item> | Iterable<Item>,
  work: (item: Item, index: number) => Promise<Result>,
  halt: Halt = new AbortController(),
): Promise<Result[]> {
  const results: Result[] = []
  const underWay = new Set<Promise<void>>()
  try {
    let count = 0
    for await (const item of items) {
      halt.signal.throwIfAborted()
      const index = count
      count += 1
      const working: Promise<void> = work(item, index)
        .then(
          (result) => {
            results[index] = result
          },
          (error) => halt.abort(error),
        )
        .then(() => {
          underWay.delete(working)
        })
      underWay.add(working)
      while (underWay.size >= most()) await Promise.race(underWay)
      halt.signal.throwIfAborted()
    }
  } finally {
    await Promise.all(underWay)
  }
  halt.signal.throwIfAborted()
  return results
}
