/** A form as its person knows it. */
export interface Form {
  /** No two have the same. */
  title: string
  bytes: Buffer | undefined
  sha256: string
  /** How it is sent: by script, by the page with a token, or by the page alone. */
  way: "call" | "post" | "plain"
  token: string | undefined
  /** The process that took its file. */
  takenBy: string | undefined
  /** Whether a submit of it was cut, and may have gone through. */
  isUnsure: boolean
}

export interface Counts {
  picks: number
  picksCut: number
  /** Forms that were shown again for want of a title. */
  failed: number
  failsCut: number
  accepted: number
  /** Of these: whose file another process had taken. */
  crossed: number
  submitsCut: number
  /** Submits that were cut and tried again: accepted. */
  acceptedAgain: number
  /** Submits that were cut and tried again: the token was used or over, and the row is there. */
  foundUsed: number
  /** Submits that were cut and tried again while the process that died still held the file. */
  busy: number
  /** Forms whose token was over when they were sent, and whose file was picked anew. */
  expired: number
}

export const createCounts = (): Counts => ({
  ...{ picks: 0, picksCut: 0, failed: 0, failsCut: 0, accepted: 0, crossed: 0 },
  ...{ submitsCut: 0, acceptedAgain: 0, foundUsed: 0, busy: 0, expired: 0 },
})

/** What all people did and were told. */
export interface Ledger {
  counts: Counts
  /** What no answer may be. */
  surprises: string[]
}
