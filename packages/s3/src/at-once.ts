/**
 * Works on items, a few at a time, and pulls the next one when there is room for it.
 * @param halt is aborted with the first failure, for whoever makes the items.
 * @returns what came of each, in the order of the items.
 * @throws the first failure, once no work is under way any more.
 */
export async function atOnce<Item, Result>(
  most: number,
  items: AsyncIterable<Item> | Iterable<Item>,
  work: (item: Item, index: number) => Promise<Result>,
  halt = new AbortController(),
): Promise<Result[]> {
  const results: Result[] = []
  const underWay = new Set<Promise<void>>()
  try {
    let count = 0
    for await (const item of items) {
      const index = count
      count += 1
      if (underWay.size >= most) await Promise.race(underWay)
      halt.signal.throwIfAborted()
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
    }
  } finally {
    await Promise.all(underWay)
  }
  halt.signal.throwIfAborted()
  return results
}
