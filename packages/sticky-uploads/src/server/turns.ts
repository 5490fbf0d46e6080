/** Takes a turn, and gives what ends it. Who waits leaves when the signal aborts. */
type TakeTurn = (signal: AbortSignal) => Promise<() => void>

/** Lets so many at once have their turn; the others wait in the order in which they came. */
export function createTurns(atOnce: number): TakeTurn {
  let free = atOnce
  const waiting = new Set<() => void>()

  function end(): void {
    const [next] = waiting
    if (next) next()
    else free += 1
  }

  return async (signal) => {
    signal.throwIfAborted()
    if (free > 0) free -= 1
    else {
      await new Promise<void>((resolve, reject) => {
        const begin = () => {
          waiting.delete(begin)
          signal.removeEventListener("abort", leave)
          resolve()
        }
        const leave = () => {
          waiting.delete(begin)
          reject(signal.reason)
        }
        waiting.add(begin)
        signal.addEventListener("abort", leave, { once: true })
      })
    }
    return end
  }
}
