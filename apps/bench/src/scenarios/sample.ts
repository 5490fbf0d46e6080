import type { Bench } from "../bench.js"
import type { Spent } from "../meter.js"
import { askSubject, type Ended, type RunningSubject, type Upload, uploadTo } from "./running-subject.js"

/** One measurement of one subject. */
export interface Sample {
  bytesPerSecond: number
  filesPerSecond: number
  loadCpuShare: number
  /** What the subject spent for it; one that had to be stopped cannot say. */
  spent?: Spent & { bytes: number }
}

export interface Taken {
  sample?: Sample
  /** Why the subject takes part no more. */
  ended?: Ended
}

/** Measures a subject once. One that fails, or has to be stopped, is ended. */
export async function takeSample(bench: Bench, subject: RunningSubject, upload: Upload): Promise<Taken> {
  const { worker, arrivals } = subject
  // A subject that is begun late is still given a second.
  const limitSeconds = Math.min(bench.amounts.limitSeconds, Math.max(1, bench.secondsLeft()))
  await askSubject(worker, "begin")
  const { seconds, cpuSeconds, completed, ...result } = await uploadTo(bench, subject, upload, limitSeconds)
  const bytes = completed * upload.fileBytes + result.pendingBytes
  const sample = {
    bytesPerSecond: bytes / seconds,
    filesPerSecond: completed / seconds,
    loadCpuShare: cpuSeconds / seconds,
  }
  const spent = result.stopped ? undefined : await askSubject<Spent>(worker, "end")
  const failure = result.failure ?? (result.stopped ? undefined : await arrivals.missing(upload))
  // Stopped first: it would go on writing.
  if (failure !== undefined || !spent) await worker.stop()
  await arrivals.empty()
  if (failure !== undefined) return { ended: { note: `failed: ${failure}`, failed: true } }
  if (spent) return { sample: { ...sample, spent: { ...spent, bytes } } }
  const note = `stopped after ${limitSeconds.toFixed(0)} s`
  // How far it came with a file that nobody sends it, only it could say.
  if (subject.wire === "local") return { ended: { note } }
  const percent = ((100 * bytes) / (upload.uploads * upload.fileBytes)).toFixed(0)
  return { sample, ended: { note: `${note} (${percent} % done)` } }
}
