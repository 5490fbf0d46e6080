import { type FileRequest, requestOf } from "../bodies/request.js"
import { type Connection, openConnection } from "./connection.js"

export interface Job extends FileRequest {
  /** How many files in all. */
  uploads: number
  /** How many of them at a time, each on a connection of its own. */
  atOnce: number
  /** After so long nobody waits any more. */
  limitSeconds: number
}

export interface JobResult {
  /** From the first byte that was sent to the last answer. */
  seconds: number
  /** Of the load generator itself. */
  cpuSeconds: number
  completed: number
  /** What has been sent of the uploads that were not completed. */
  pendingBytes: number
  /** The limit was over before the last answer. */
  stopped: boolean
  /** What went wrong, when the subject refused an upload or hung up. */
  failure?: string
}

/** Uploads the same file again and again, and says how long that took. */
export async function runJob(job: Job): Promise<JobResult> {
  const pieces = requestOf(job)
  const connections: Connection[] = []
  let begun = 0
  let completed = 0
  let stopped = false
  let pendingBytes = 0
  let failure: string | undefined

  async function work(): Promise<void> {
    const connection = openConnection(job.port)
    connections.push(connection)
    while (begun < job.uploads && !stopped && failure === undefined) {
      begun += 1
      const { status, body } = await connection.send(pieces)
      if (status >= 200 && status < 300) completed += 1
      else failure ??= `answered ${status}: ${body.slice(0, 200)}`
    }
  }

  function hangUp(): void {
    for (const connection of connections.splice(0)) pendingBytes += connection.close()
  }

  const limit = setTimeout(() => {
    stopped = true
    hangUp()
  }, job.limitSeconds * 1000)
  const cpu = process.cpuUsage()
  const began = performance.now()
  const workers = Array.from({ length: Math.min(job.atOnce, job.uploads) }, work)
  const outcomes = await Promise.allSettled(workers)
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  clearTimeout(limit)
  hangUp()
  const broken = outcomes.find((outcome) => outcome.status === "rejected")
  if (broken && !stopped) failure ??= String(broken.reason.message)
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    completed,
    pendingBytes,
    stopped,
    ...(failure === undefined ? {} : { failure }),
  }
}
