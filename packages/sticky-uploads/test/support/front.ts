import type { RequestHandler } from "express"
import { cutLine } from "./cut-line.js"
import { createQueue } from "./queue.js"

/** An upload that is stopped in front of the endpoint, of whose body nothing is read yet. */
interface HeldUpload {
  /** Lets it go to the endpoint. */
  release(): void
  /** Breaks its line. */
  cut(): void
  /** Resolves when the browser ended the request. */
  aborted: Promise<void>
}

/** A route in front of the endpoint at which a test can stop uploads. */
export interface Front {
  handler: RequestHandler
  /** Stops the uploads that come from now on. */
  hold(): void
  /** The next upload that is stopped. */
  next(): Promise<HeldUpload>
  /** How many were stopped that nobody took. */
  readonly size: number
}

export function createFront(): Front {
  const held = createQueue<HeldUpload>()
  let isHolding = false
  return {
    handler(req, res, next) {
      if (!isHolding || req.method !== "POST") return next()
      held.put({
        release: next,
        cut: () => cutLine(req, res, next),
        aborted: new Promise((resolve) => res.once("close", () => res.writableFinished || resolve())),
      })
    },
    hold() {
      isHolding = true
    },
    next: held.take,
    get size() {
      return held.size
    },
  }
}
