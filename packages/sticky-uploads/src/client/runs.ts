import type { Outcome } from "./answer.js"
import type { ClientMessages } from "./messages.js"
import { post, type TransportOptions } from "./transport.js"

/** An upload, running or done, and how many wait for it. */
interface Run {
  xhr: XMLHttpRequest
  outcome: Promise<Outcome>
  waiting: number
}

/** Sends a file to a URL once, however many ask for it. */
export interface Runs {
  /** Resolves to what came of the upload. It ends on the wire once everyone who waits for it has aborted. */
  join(url: string, file: File, signal?: AbortSignal, progress?: (fraction: number) => void): Promise<Outcome>
  /** Lets the next `join` upload anew. */
  forget(url: string, file: File): void
}

export function createRuns(options: TransportOptions, messages: ClientMessages): Runs {
  const runs = new WeakMap<File, Record<string, Run>>()

  function start(url: string, file: File, siblings: Record<string, Run>): Run {
    // Whole once `post` has begun, which is before anyone sees it.
    const run = { waiting: 0 } as Run
    siblings[url] = run
    run.outcome = new Promise((resolve) => {
      run.xhr = post(url, file, options, messages, (outcome) => {
        // At once: who asks again in the same breath gets a new upload. A token stays for the next who asks.
        if (!outcome.is_valid) delete siblings[url]
        resolve(outcome)
      })
    })
    return run
  }

  return {
    join(url, file, signal, progress) {
      const siblings = runs.get(file) ?? {}
      runs.set(file, siblings)
      const run = siblings[url] ?? start(url, file, siblings)
      run.waiting += 1
      run.xhr.upload.addEventListener("progress", ({ loaded, total }) => progress?.(loaded / total), {
        // Sound: a listener's options may say undefined, which TypeScript's exact optional properties do not know.
        signal: signal as AbortSignal,
      })
      signal?.addEventListener("abort", () => {
        run.waiting -= 1
        if (!run.waiting) run.xhr.abort()
      })
      return run.outcome
    },
    forget(url, file) {
      delete runs.get(file)?.[url]
    },
  }
}
