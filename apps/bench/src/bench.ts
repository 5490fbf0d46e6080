import type { House, Worker } from "./house.js"
import type { Amounts } from "./options.js"
import type { Row } from "./rows.js"
import type { RunningSubject } from "./scenarios/running-subject.js"
import type { SubjectName } from "./subjects.js"

/** What a scenario works with. */
export interface Bench {
  amounts: Amounts
  subjects: readonly SubjectName[]
  house: House
  /** Servers that go on, where they do. */
  kept: Map<string, RunningSubject>
  /** The load generator, a process of its own. */
  load: Worker
  /** Tells people how far it is. */
  say(text: string): void
  /** Until nothing new may be begun. */
  secondsLeft(): number
  /** Whether another round leaves the other scenarios their share of the time. */
  mayRepeat(): boolean
}

export interface Scenario {
  name: string
  /** Runs only where it is named. @default false */
  onlyByName?: boolean
  run(bench: Bench): Promise<Row[]>
}
