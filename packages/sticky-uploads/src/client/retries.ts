import type { Outcome, UploadFailure } from "./answer.js"
import type { ClientMessages, RetryMessages, Words } from "./messages.js"

/** A failed upload that is going to be sent again. */
export interface Retrying {
  /** How often it was sent. */
  readonly attempt: number
  /** In how many seconds it is sent again; missing where it waits for a network. */
  readonly seconds: number | undefined
  /** What a person reads meanwhile. */
  readonly message: string
}

/** What runs or waits, and can be ended: then it has ended when the call returns. */
export interface Abortable {
  abort(): void
}

/** Sends an upload as often as it takes, and tells `end` what came of it, once. */
export type Retry = (
  /** Sends it once. */
  send: (done: (outcome: Outcome, xhr: XMLHttpRequest) => void) => Abortable,
  end: (outcome: Outcome) => void,
  /** Tells everyone who follows it how far it is, and why it begins again. */
  tell: (fraction: 0, retrying: Retrying) => void,
  messages: ClientMessages & Words,
) => Abortable

export interface RetryOptions {
  /** How often one upload is sent again, at most. @default 6 */
  times?: number
  /** How long the server may ask to wait; where it asks for more, the upload has failed. @default 120 */
  maxSeconds?: number
}

const english: RetryMessages = {
  retrying: ({ seconds }) => `Upload interrupted; trying again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`,
  offline: () => "No connection; the upload goes on once there is one.",
}

// No answer at all, a body that stood still, too many at a time, a gateway whose server is away, a server that is busy.
const passing = [0, 408, 429, 502, 503, 504]

/**
 * In how many seconds a failed upload is sent again, if it is: after 1, 2, 4 and so on, or when the server asks for it,
 * if that is later; and up to a quarter more, so that who failed together does not come again together.
 */
export function secondsUntilRetry(
  { status, code }: Pick<UploadFailure, "status" | "code">,
  attempt: number,
  askedSeconds: number,
  { times = 6, maxSeconds = 120 }: RetryOptions,
): number | undefined {
  // What was too slow would be as slow again.
  if (!passing.includes(status) || code === "upload_too_slow") return undefined
  if (attempt > times || askedSeconds > maxSeconds) return undefined
  return Math.max(2 ** (attempt - 1), askedSeconds) * (1 + Math.random() / 4)
}

/** In how many seconds an answer asks to come again: ours in its details, a proxy's in a header, as a number or a date. */
function askedOf({ status, details }: UploadFailure, xhr: XMLHttpRequest): number {
  const asked = details.retrySeconds ?? (status ? xhr.getResponseHeader("Retry-After") : 0)
  const seconds = Number(asked)
  return (seconds >= 0 ? seconds : (Date.parse(`${asked}`) - Date.now()) / 1000) || 0
}

/**
 * Makes a client send again what failed in passing: a broken line, a server that is restarted, more uploads than a minute
 * allows. Without a network it waits until there is one. What a server refused for good is not sent again.
 */
export function retries(options: RetryOptions = {}): Retry {
  return (send, end, tell, messages) => {
    const say = { ...english, ...messages }
    let current: Abortable
    let isAborted = false

    function start(attempt: number) {
      current = send((outcome, xhr) => {
        // What could not even be sent, for a header's bad value or a broken URL, is not done.
        const isFinal = isAborted || !("status" in outcome) || xhr.readyState !== xhr.DONE
        const asked = isFinal ? 0 : askedOf(outcome, xhr)
        const wait = isFinal ? undefined : secondsUntilRetry(outcome, attempt, asked, options)
        if (wait === undefined) return end(outcome)

        function again() {
          leave()
          start(attempt + 1)
        }
        function leave() {
          clearTimeout(timer)
          removeEventListener("online", again)
        }
        const seconds = navigator.onLine ? Math.ceil(wait) : undefined
        const timer = seconds && setTimeout(again, wait * 1000)
        // Who is back on the network need not wait for what no server has asked.
        if (!asked) addEventListener("online", again)
        current = {
          abort() {
            leave()
            end(outcome)
          },
        }
        tell(0, { attempt, seconds, message: seconds ? say.retrying({ seconds }) : say.offline() })
      })
    }

    start(1)
    return {
      abort() {
        isAborted = true
        current.abort()
      },
    }
  }
}
