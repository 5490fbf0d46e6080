import type { Arrivals } from "../arrivals.js"
import type { Bench } from "../bench.js"
import type { BodyKind } from "../bodies/content.js"
import type { Wire } from "../bodies/request.js"
import type { Worker } from "../house.js"
import type { JobResult } from "../load/job.js"
import type { SubjectQuestion } from "../serve-subject.js"

/** The files of one measurement. */
export interface Upload {
  kind: BodyKind
  fileBytes: number
  uploads: number
  atOnce: number
}

/** Why a subject takes part no more. */
export interface Ended {
  note: string
  failed?: true
}

/** How files come to a subject, and where they are then. */
interface Way {
  name: string
  wire: Wire
  path: string
  arrivals: Arrivals
}

/** A subject's process while a scenario lasts. */
export interface RunningSubject extends Way {
  worker: Worker
  port: number
  /** What it had resident after it was warmed up, while it did nothing. */
  idleRssBytes: number
  ended?: Ended
}

// For what takes no time, on a machine that may stand still for some.
export const answerSeconds = 20

/** Asks a subject what it answers at once, unless its event loop is held. */
export function askSubject<Answer>(worker: Worker, question: SubjectQuestion): Promise<Answer | undefined> {
  return worker.ask<Answer>(question, answerSeconds)
}

/** Waits until a subject's process listens, and for nothing more. */
export async function listening(worker: Worker, way: Way): Promise<RunningSubject> {
  const port = await askSubject<number>(worker, "port").catch(() => undefined)
  const subject = { ...way, worker, port: port ?? 0, idleRssBytes: 0 }
  return port === undefined ? { ...subject, ended: { note: "failed: it does not listen", failed: true } } : subject
}

/** Has files uploaded to a subject. */
export async function uploadTo(
  { load }: Bench,
  { name, port, wire, path }: RunningSubject,
  upload: Upload,
  limitSeconds: number,
): Promise<JobResult> {
  const result = await load.ask<JobResult>({ port, wire, path, ...upload, limitSeconds }, limitSeconds + answerSeconds)
  if (!result) throw new Error(`the load generator says nothing about ${name}`)
  return result
}
