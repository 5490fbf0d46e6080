import { type Outcome, readAnswer } from "./answer.js"
import type { Drafts } from "./drafts.js"
import type { ClientMessages, Words } from "./messages.js"
import type { Abortable, Retry, Retrying } from "./retries.js"
import { post, type TransportOptions } from "./transport.js"

/** Told how far an upload is, from 0 to 1, and before it is sent again when that will be. */
type Follow = (fraction: number, retrying?: Retrying) => void

/** The upload of a file to a URL, and those who wait for it. */
interface Run {
  /** What the server knows it by, each time it is sent. */
  readonly id: number
  readonly listeners: Set<Follow>
  /** Missing once it has failed: who asks then has it sent anew. */
  outcome?: Promise<Outcome>
  sent?: Abortable
}

/** Sends a file to a URL once, however many ask for it. */
export interface Runs {
  /** Resolves to what came of the upload. It ends on the wire once everyone who waits for it has aborted. */
  join(url: string, file: File, signal: AbortSignal | undefined, follow: Follow): Promise<Outcome>
  /** Lets the next `join` upload anew. */
  forget(url: string, file: File): void
}

export interface RunOptions extends TransportOptions {
  /** How many files are on their way at once, of all inputs and calls; the others wait for their turn. @default 3 */
  parallel?: number
  /** Sends a failed upload again, where that is safe: `retries()` of `sticky-uploads/view`. @default none is */
  retry?: Retry
  /** Keeps tokens over a reload or a return: `drafts()` of `sticky-uploads/view`. @default none is kept */
  persist?: Drafts
}

export function createRuns(options: RunOptions, messages: ClientMessages & Words): Runs {
  const runs: Record<string, WeakMap<File, Run>> = {}
  /** In the order of asking: the first ones are on their way. What waits to be sent again is not among them. */
  const sends = new Set<() => void>()
  const next = () => {
    let places = options.parallel ?? 3
    for (const start of sends) if (places-- > 0) start()
  }

  return {
    join(url, file, signal, follow) {
      runs[url] ??= new WeakMap()
      const run = runs[url].get(file) ?? { id: Math.random(), listeners: new Set() }
      runs[url].set(file, run)
      run.listeners.add(follow)
      signal?.addEventListener("abort", () => {
        run.listeners.delete(follow)
        if (!run.listeners.size) run.sent?.abort()
      })
      run.outcome ??= new Promise((resolve) => {
        const tell: Follow = (fraction, retrying) => {
          for (const each of run.listeners) each(fraction, retrying)
        }
        const send: Parameters<Retry>[0] = (done) => {
          const xhr = new XMLHttpRequest()
          const start = () => {
            if (!xhr.readyState) post(xhr, url, file, run.id, options, tell, over)
          }
          const over = () => {
            if (!sends.delete(start)) return
            done(readAnswer(xhr.status, xhr.response, messages), xhr)
            // Several may be aborted in one go, and those that wait among them shall not begin.
            queueMicrotask(next)
          }
          sends.add(start)
          next()
          return {
            abort() {
              xhr.abort()
              over()
            },
          }
        }
        const end = (outcome: Outcome) => {
          // At once: who asks again in the same breath gets a new upload. A token stays for the next who asks.
          if (!outcome.is_valid) delete run.outcome
          run.listeners.clear()
          resolve(outcome)
        }
        run.sent = options.retry?.(send, end, tell, messages) ?? send(end)
      })
      return run.outcome
    },
    forget(url, file) {
      runs[url]?.delete(file)
      options.persist?.forget(file)
    },
  }
}
