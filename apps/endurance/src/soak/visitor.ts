import { setTimeout as wait } from "node:timers/promises"
import { type Answer, nameOf, type Outcome } from "../wire/answer.js"
import { type Connection, openConnection } from "../wire/connection.js"
import type { Ledger } from "./ledger.js"
import type { Random } from "./random.js"

/** One client: it has a connection, and comes again and again. */
export interface Visitor {
  readonly ledger: Ledger
  readonly random: Random
  readonly headers: Readonly<Record<string, string>>
  /** Its connection, which it keeps from one request to the next as long as the server does. */
  connection(): Promise<Connection>
  /** Sends a whole request, and notes how it ended. */
  ask(what: string, request: Uint8Array | string, expected: readonly string[]): Promise<Answer | undefined>
  /** Notes how what was sent on a connection ended. */
  hear(what: string, connection: Connection, expected: readonly string[]): Promise<Answer | undefined>
  /** Waits so many seconds, or fewer where everything is to go faster. */
  pause(seconds: number): Promise<void>
  /** The same person on another connection. */
  twin(): Visitor
  leave(): void
}

// Longer than any answer may take, on a machine that has other things to do.
const answerSeconds = 60

export function createVisitor(given: {
  port: number
  person: string
  ledger: Ledger
  random: Random
  pace: number
}): Visitor {
  const { port, person, ledger, random, pace } = given
  let kept: Connection | undefined

  async function connection(): Promise<Connection> {
    if (!kept?.isOpen) kept = await openConnection(port)
    return kept
  }

  async function hear(what: string, from: Connection, expected: readonly string[]): Promise<Answer | undefined> {
    const outcome: Outcome = await from.answer(answerSeconds)
    ledger.note(what, nameOf(outcome), expected)
    if (typeof outcome === "string" || outcome.isLast) from.destroy()
    return typeof outcome === "string" ? undefined : outcome
  }

  return {
    ledger,
    random,
    headers: { "X-User": person },
    connection,
    hear,
    async ask(what, request, expected) {
      const open = await connection()
      await open.send(request)
      return hear(what, open, expected)
    },
    pause: (seconds) => wait(seconds * 1000 * pace),
    twin: () => createVisitor(given),
    leave: () => kept?.destroy(),
  }
}
