import { longestTimeoutMs } from "./receive/receive.js"

/** What ends work before it is done. */
export interface Ends {
  /** Ends it where it is; it resolves to what it did until then. @default never */
  signal?: AbortSignal
  /** Ends it after so long, in the same way. @default no limit */
  maxSeconds?: number
}

/**
 * Does work that is given one signal for whatever ends it, if anything does. Not `AbortSignal.any`: on Node 20 that loses a
 * timeout, or another signal that only it knows, to the garbage collector.
 * @throws TypeError when `maxSeconds` makes no sense.
 */
export async function endable<T>(
  { signal, maxSeconds }: Ends,
  work: (end: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (maxSeconds === undefined) return work(signal)
  if (!(Number.isFinite(maxSeconds) && maxSeconds > 0))
    throw new TypeError(`sticky-uploads: maxSeconds is ${maxSeconds}; give a number of seconds over 0`)
  const end = new AbortController()
  const abort = () => end.abort()
  const timer = setTimeout(abort, Math.min(maxSeconds * 1000, longestTimeoutMs)).unref()
  signal?.addEventListener("abort", abort)
  if (signal?.aborted) abort()
  try {
    return await work(end.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", abort)
  }
}
