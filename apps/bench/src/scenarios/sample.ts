import { emptyDirectory, missingFiles } from "../arrivals.js"
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
  const { worker, directory } = subject
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
  const failure = result.failure ?? (result.stopped ? undefined : missingFiles(directory, upload))
  // Stopped first: it would go on writing.
  if (failure !== undefined || !spent) await worker.stop()
  emptyDirectory(directory)
  if (failure !== undefined) return { ended: { note: `failed: ${failure}`, failed: true } }
  if (spent) return { sample: { ...sample, spent: { ...spent, bytes } } }
  const percent = ((100 * bytes) / (upload.uploads * upload.fileBytes)).toFixed(0)
  return { sample, ended: { note: `stopped after ${limitSeconds.toFixed(0)} s (${percent} % done)` } }
}
