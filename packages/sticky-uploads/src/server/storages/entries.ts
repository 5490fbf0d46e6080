import { opendir } from "node:fs/promises"
import { isCode } from "./files.js"

// Enough to keep the system's threads busy, and too few for anybody's upload to wait behind them.
const atOnce = 32

/** The names in a directory, in no order; none where there is no directory. */
export async function* entriesOf(directory: string): AsyncGenerator<string> {
  const opened = await opendir(directory, { bufferSize: 256 }).catch((cause: unknown) => {
    if (isCode(cause, "ENOENT")) return undefined
    throw cause
  })
  if (opened) for await (const entry of opened) yield entry.name
}

/** Asks the same of many, a few at a time, and leaves out those that have no answer. */
export async function* askAll<Asked, T>(
  all: AsyncIterable<Asked>,
  ask: (each: Asked) => Promise<T | undefined>,
): AsyncGenerator<T> {
  let waiting: Asked[] = []
  async function* answers(): AsyncGenerator<T> {
    const asked = waiting
    waiting = []
    for (const answer of await Promise.all(asked.map(ask))) if (answer !== undefined) yield answer
  }
  for await (const each of all) {
    waiting.push(each)
    if (waiting.length === atOnce) yield* answers()
  }
  yield* answers()
}
