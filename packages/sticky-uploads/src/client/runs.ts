import { type Outcome, readAnswer } from "./answer.js"
import type { ClientMessages } from "./messages.js"
import { send, type TransportOptions } from "./transport.js"

/** An upload, running or done, and how many wait for it. */
interface Run {
  readonly xhr: XMLHttpRequest
  readonly outcome: Promise<Outcome>
  waiting: number
}

/** Sends a file to a URL once, however many ask for it. */
export interface Runs {
  /** Resolves to what came of the upload. It ends on the wire once everyone who waits for it has aborted. */
  join(
    url: string,
    file: File,
    signal: AbortSignal | undefined,
    progress: ((fraction: number) => void) | undefined,
  ): Promise<Outcome>
  /** Lets the next `join` upload anew. */
  forget(url: string, file: File): void
}

export function createRuns(options: TransportOptions, messages: ClientMessages): Runs {
  const runs = new WeakMap<File, Record<string, Run>>()
  const forget = (url: string, file: File) => delete runs.get(file)?.[url]

  function start(url: string, file: File): Run {
    const xhr = new XMLHttpRequest()
    const outcome = new Promise<Outcome>((resolve) => {
      xhr.onloadend = () => {
        const result = readAnswer(messages, xhr.status, xhr.responseText)
        // At once: who asks again in the same breath gets a new upload. A token stays for the next who asks.
        if (!result.is_valid) forget(url, file)
        resolve(result)
      }
      // Without a listener at this time the request would report no progress to those who come later.
      xhr.upload.onprogress = () => {}
      try {
        send(xhr, url, file, options)
      } catch {
        xhr.onloadend(new ProgressEvent("loadend"))
      }
    })
    return { xhr, outcome, waiting: 0 }
  }

  return {
    join(url, file, signal, progress) {
      const ofFile = runs.get(file) ?? {}
      runs.set(file, ofFile)
      ofFile[url] ??= start(url, file)
      const run = ofFile[url]
      const { xhr, outcome } = run
      run.waiting += 1
      xhr.upload.addEventListener("progress", ({ loaded, total }) => progress?.(loaded / total))
      signal?.addEventListener("abort", () => {
        run.waiting -= 1
        if (!run.waiting) xhr.abort()
      })
      return outcome
    },
    forget,
  }
}
