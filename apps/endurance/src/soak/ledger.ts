import { stagedKey } from "../site/places.js"

/** What clients were told, and what that lets them expect of the server. */
export interface Ledger {
  /** Notes how a request ended; one that its client did not have to expect is unexplained. */
  note(what: string, outcome: string, expected: readonly string[]): void
  /** Notes what an answer should not have said. */
  complain(what: string): void
  /** A token that its client holds. */
  holds(token: string): void
  /** Its file was used or discarded: the client was told so. */
  spent(token: string): void
  /** Its client went away for good: from now on only the sweeper minds. */
  abandoned(token: string): void
  /** How often each outcome came up since it was last asked. */
  outcomes(): Map<string, number>
  /** The keys of the files that clients hold tokens for, and of those that only wait to be swept. */
  readonly held: ReadonlySet<string>
  readonly left: Set<string>
  readonly unexplained: readonly string[]
  readonly total: number
}

// Enough to see what happens.
const mostUnexplained = 1000

export function createLedger(): Ledger {
  const held = new Set<string>()
  const left = new Set<string>()
  const unexplained: string[] = []
  let counts = new Map<string, number>()
  let total = 0

  function complain(what: string): void {
    if (unexplained.length < mostUnexplained) unexplained.push(what)
  }

  return {
    note(what, outcome, expected) {
      total += 1
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      if (!expected.includes(outcome)) complain(`${what}: ${outcome}, not ${expected.join(" or ")}`)
    },
    complain,
    holds: (token) => void held.add(stagedKey(token)),
    spent: (token) => void held.delete(stagedKey(token)),
    abandoned(token) {
      held.delete(stagedKey(token))
      left.add(stagedKey(token))
    },
    outcomes() {
      const asked = counts
      counts = new Map()
      return asked
    },
    held,
    left,
    unexplained,
    get total() {
      return total
    },
  }
}
