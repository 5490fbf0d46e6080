import type { Endpoint, Taken } from "./endpoint.js"

/**
 * What came of a case: `taken`, a file was accepted; `refused`, it was not, in an answer that says 2xx; another status;
 * `closed`, the connection was ended without an answer; `silence`, there was neither.
 */
export type AttackCame = number | "taken" | "refused" | "closed" | "silence"

/** What is right: a status (4xx also said by a refusal in an answer of 2xx), a file taken, or a connection closed. */
export type AttackExpected = number | "taken" | "closed"

/** How a case went, before the endpoint is looked at once more. */
export interface Outcome {
  came: AttackCame
  /** What is said of the file; of the last one, where there were several. */
  taken?: Taken
  /** How many were taken. */
  files?: number
  /** What should not have happened. */
  wrong?: string
  /** How others were held up meanwhile. */
  stalls?: string
}

export interface AttackCase {
  name: string
  expected: readonly AttackExpected[]
  /** Files that may be there afterwards though nobody was told of them. */
  mayLeave?: number
  play(endpoint: Endpoint): Promise<Outcome>
  /** What is wrong with what the endpoint says of the file that it took. */
  check?: (taken: Taken) => string | undefined
}

/** A body that cannot be read, in a request that can. */
export const unreadable: readonly AttackExpected[] = [400, 415, 422]
export const tooMuch: readonly AttackExpected[] = [400, 413, 422, 431]
/** A request whose end nobody can tell. */
export const misframed: readonly AttackExpected[] = [400, 411, 413, 431, 501, "closed"]
/** What one server may take and another refuse, as long as it goes on. */
export const harmless: readonly AttackExpected[] = ["taken", ...unreadable, 413]
