import type { Messages, Refusal } from "../index.js"

/**
 * Makes the error map by which Zod says what is wrong with a sticky file in the words of a table:
 * `z.config({ customError: errorsIn(german) })`. Of all other issues it says nothing, so that Zod does.
 */
export function errorsIn(table: Partial<Messages>): (issue: { code: string; params?: unknown }) => string | undefined {
  const sentences = new Map(Object.entries(table))
  return ({ params }) => {
    const { code = "", details } = (params ?? {}) as Partial<Refusal>
    // Sound: an issue that has both was made of a Refusal, which pairs each code with its own details.
    return details && sentences.get(code)?.(details as never)
  }
}
