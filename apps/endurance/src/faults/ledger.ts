/** A file whose token a client was told. */
export interface Told {
  /** Of the submit it goes with; no two have the same. */
  title: string
  sha256: string
  token: string
  isAccepted: boolean
}

export interface Counts {
  uploads: number
  uploadsFailed: number
  accepted: number
  /** Submits whose call failed after its promote, as it should. */
  refused: number
  submitsFailed: number
  /** Submits while an earlier one, which failed, still held the file. */
  busy: number
  /** Submits that failed and were tried again: accepted. */
  acceptedAgain: number
}

/** What the clients did and were told. */
export interface Ledger {
  told: Told[]
  /** Those whose submit failed: to be submitted again. */
  again: Told[]
  counts: Counts
  /** What no answer may be. */
  surprises: string[]
}

export const createLedger = (): Ledger => ({
  told: [],
  again: [],
  counts: {
    ...{ uploads: 0, uploadsFailed: 0, accepted: 0, refused: 0 },
    ...{ submitsFailed: 0, busy: 0, acceptedAgain: 0 },
  },
  surprises: [],
})
