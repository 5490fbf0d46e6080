/** What arrives in its order, to be awaited before there is anything. */
export interface Queue<Item> {
  put(item: Item): void
  take(): Promise<Item>
  /** How many came that nobody took. */
  readonly size: number
}

export function createQueue<Item>(): Queue<Item> {
  const items: Item[] = []
  const takers: ((item: Item) => void)[] = []
  return {
    put(item) {
      const taker = takers.shift()
      if (taker) taker(item)
      else items.push(item)
    },
    take: () =>
      new Promise((resolve) => {
        if (items.length > 0) resolve(items.shift() as Item)
        else takers.push(resolve)
      }),
    get size() {
      return items.length
    },
  }
}
