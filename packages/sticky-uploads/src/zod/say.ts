import type { Refusal } from "../core/errors.js"
import { messageOf } from "../core/messages.js"
import { worldInSlot } from "../core/scope.js"

/** The message of the most specific error map that has one, as Zod itself looks for it, and otherwise the call's or ours. */
export function say(issue: { code: string }, refusal: Refusal, maps: readonly unknown[]): string {
  for (const map of maps) {
    const said = typeof map === "function" ? map(issue) : undefined
    const message = typeof said === "string" ? said : said?.message
    if (message) return message
  }
  return worldInSlot()?.current()?.say(refusal) ?? messageOf(refusal)
}
