/** Passes on what comes until the signal says stop, also while nothing comes: a source that stands still is left alone. */
export async function* until<T>(signal: AbortSignal | undefined, source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  let stop = () => {}
  const stopNow = () => stop()
  signal?.addEventListener("abort", stopNow)
  try {
    while (!signal?.aborted) {
      const next = await new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
        stop = () => resolve(undefined)
        iterator.next().then(resolve, reject)
      })
      if (!next || next.done) return
      yield next.value
    }
  } finally {
    signal?.removeEventListener("abort", stopNow)
    // Not waited for: one that stands still does not answer.
    Promise.resolve(iterator.return?.()).catch(() => undefined)
  }
}
