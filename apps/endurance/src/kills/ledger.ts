/** A file whose token a client was told, or that a client was told is accepted. */
export interface Told {
  /** Of the submit it goes with; no two have the same. */
  note: string
  sha256: string
  size: number
  /** Missing where the file went with a plain form. */
  token: string | undefined
  /**
   * `waiting`: its token is good. `submitting`: a submit is under way, or was when the server was killed. `accepted`: the
   * client was told so.
   */
  fate: "waiting" | "submitting" | "accepted"
}

/** What the clients did and were told, whatever became of the server. */
export interface Ledger {
  told: Set<Told>
  /** Those whose submit was cut: to be submitted again. */
  cut: Told[]
  counts: Counts
  /** How many notes there are. */
  notes: number
  /** What no answer may be. */
  surprises: string[]
}

export interface Counts {
  uploads: number
  uploadsCut: number
  accepted: number
  refused: number
  submitsCut: number
  /** Submits that were cut and tried again: the token was used, and the row is there. */
  foundUsed: number
  /** Submits that were cut and tried again: accepted. */
  acceptedAgain: number
}

export const createCounts = (): Counts => ({
  ...{ uploads: 0, uploadsCut: 0, accepted: 0, refused: 0 },
  ...{ submitsCut: 0, foundUsed: 0, acceptedAgain: 0 },
})

export const createLedger = (): Ledger => ({
  told: new Set(),
  cut: [],
  counts: createCounts(),
  notes: 0,
  surprises: [],
})

/** The key under which the file of a token waits, as its claims have it. */
export function stagedKeyOf(token: string): string {
  const { jti } = JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString()) as { jti: string }
  return `staged.${jti}`
}
