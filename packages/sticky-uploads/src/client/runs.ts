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
  readonly id: string
  readonly followers: Set<Follow>
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
  const runs = new WeakMap<File, Record<string, Run>>()
  const waiting = new Set<() => void>()
  let free = options.parallel ?? 3

  /** Sends in the order of asking. What waits to be sent again holds no place, and asks for a new one. */
  function next() {
    for (const start of waiting) if (free) start()
  }

  return {
    join(url, file, signal, follow) {
      const siblings = runs.get(file) ?? {}
      runs.set(file, siblings)
      siblings[url] ??= { id: `${Math.random()}`, followers: new Set() }
      const run = siblings[url]
      const { id, followers } = run
      followers.add(follow)
      signal?.addEventListener("abort", () => {
        followers.delete(follow)
        if (!followers.size) run.sent?.abort()
      })
      run.outcome ??= new Promise((resolve) => {
        const tell: Follow = (fraction, retrying) => {
          for (const each of followers) each(fraction, retrying)
        }
        const send: Parameters<Retry>[0] = (done) => {
          const xhr = new XMLHttpRequest()
          const start = () => {
            waiting.delete(start)
            free -= 1
            post(xhr, url, file, id, options, tell, () => {
              free += 1
              over()
              // Several may be aborted in one go, and those that wait among them shall not begin.
              queueMicrotask(next)
            })
          }
          const over = () => done(readAnswer(xhr.status, xhr.response, messages), xhr)
          waiting.add(start)
          next()
          return { abort: () => (waiting.delete(start) ? over() : xhr.abort()) }
        }
        function end(outcome: Outcome) {
          if (!outcome.is_valid) {
            // At once: who asks again in the same breath gets a new upload. A token stays for the next who asks.
            delete run.outcome
            followers.clear()
          }
          resolve(outcome)
        }
        run.sent = options.retry?.(send, end, tell, messages) ?? send(end)
      })
      return run.outcome
    },
    forget(url, file) {
      delete runs.get(file)?.[url]
      options.persist?.forget(file)
    },
  }
}
