import type { Bench } from "../bench.js"
import type { BodyKind } from "../bodies/content.js"
import type { Worker } from "../house.js"
import type { JobResult } from "../load/job.js"
import type { SubjectQuestion } from "../subject-process.js"
import { type SubjectName, subjects } from "../subjects.js"

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

/** A subject's process while a scenario lasts. */
export interface RunningSubject {
  name: SubjectName
  directory: string
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

/** Has files uploaded to a subject. */
export async function uploadTo(
  { load }: Bench,
  { name, port }: RunningSubject,
  upload: Upload,
  limitSeconds: number,
): Promise<JobResult> {
  const { wire, path } = subjects[name]
  const result = await load.ask<JobResult>({ port, wire, path, ...upload, limitSeconds }, limitSeconds + answerSeconds)
  if (!result) throw new Error(`the load generator says nothing about ${name}`)
  return result
}
