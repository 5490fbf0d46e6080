import type { Refusal } from "../core/errors.js"
import { type Messages, messageOf } from "../core/messages.js"
import type { StickyRequest } from "./exchange.js"

/** What is known of the person who will read a message. */
export interface MessagesRequest<Context> {
  /** Missing as long as the context is not made, and when it cannot be. */
  ctx: Context | undefined
  /** Missing inside a procedure: what you need of it, such as the language, belongs into the context. */
  req: StickyRequest | undefined
}

/** One table for everybody, or a function that picks one for each request. */
export type MessagesOption<Context> =
  | Partial<Messages>
  | ((request: MessagesRequest<Context>) => Partial<Messages> | undefined)

/** Says refusals in one person's words. */
export type Say = (refusal: Refusal) => string

/** Makes what finds a request its words. Where the app's fail we have ours: an answer may not hang on a translation. */
export function createWords<Context>(
  messages: MessagesOption<Context> | undefined,
  onError: (error: unknown) => void,
): (request: MessagesRequest<Context>) => Say {
  function pick(request: MessagesRequest<Context>): Partial<Messages> {
    if (typeof messages !== "function") return messages ?? {}
    try {
      return messages(request) ?? {}
    } catch (error) {
      onError(error)
      return {}
    }
  }
  return (request) => {
    // Picked when first needed: most requests have nothing to say.
    let table: Partial<Messages> | undefined
    return (refusal) => {
      table ??= pick(request)
      try {
        return messageOf(refusal, table)
      } catch (error) {
        onError(error)
        return messageOf(refusal)
      }
    }
  }
}
