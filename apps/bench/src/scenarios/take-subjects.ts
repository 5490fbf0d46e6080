import { arrivalsIn } from "../arrivals.js"
import type { Bench } from "../bench.js"
import type { Amounts } from "../options.js"
import { type SubjectName, subjects } from "../subjects.js"
import { answerSeconds, askSubject, listening, type RunningSubject, type Upload, uploadTo } from "./running-subject.js"

async function startSubject({ house }: Bench, name: SubjectName): Promise<RunningSubject> {
  const directory = house.directory()
  const worker = house.start("subject-process", name, directory)
  const { wire, path } = subjects[name]
  return listening(worker, { name, wire, path, arrivals: arrivalsIn(directory) })
}

/** A larger and some small files, as any server has seen some. */
export const warmUps = ({ warmUpBytes, smallBytes, smallFiles }: Amounts): Upload[] => [
  { kind: "random", fileBytes: warmUpBytes, uploads: 1, atOnce: 1 },
  { kind: "csv", fileBytes: smallBytes, uploads: Math.min(smallFiles, 300), atOnce: 4 },
]

/** Uploads the first files, and looks whether each byte arrived. */
export async function warmUp(bench: Bench, subject: RunningSubject): Promise<void> {
  for (const upload of warmUps(bench.amounts)) {
    const { failure, stopped } = await uploadTo(bench, subject, upload, answerSeconds)
    const reason = failure ?? (stopped ? "it does not answer" : await subject.arrivals.spoilt(upload))
    await subject.arrivals.empty()
    if (reason !== undefined) {
      subject.ended = { note: `failed: ${reason}`, failed: true }
      return
    }
  }
}

/** Notes how large subjects are while they do nothing. */
export async function noteIdle(subjects: readonly RunningSubject[]): Promise<void> {
  for (const subject of subjects) {
    subject.idleRssBytes = (await askSubject<number>(subject.worker, "idle").catch(() => undefined)) ?? 0
  }
}

/** Servers of some subjects, warm and doing nothing. */
export async function takeSubjects(bench: Bench, names: readonly SubjectName[]): Promise<RunningSubject[]> {
  const { kept } = bench
  const missing = names.filter((name) => !kept.has(name))
  // Two at a time: all at once, on few cores, none would be there in time.
  for (let at = 0; at < missing.length; at += 2) {
    const pair = await Promise.all(missing.slice(at, at + 2).map((name) => startSubject(bench, name)))
    for (const subject of pair) kept.set(subject.name, subject)
    for (const subject of pair) if (!subject.ended && bench.secondsLeft() > 0) await warmUp(bench, subject)
  }
  const taken = names.flatMap((name) => kept.get(name) ?? [])
  await noteIdle(taken)
  return taken
}

/** Ends the servers that took part no more, and those that are not to go on. */
export async function giveSubjectsBack({ kept, amounts }: Bench, taken: readonly RunningSubject[]): Promise<void> {
  for (const { name, worker, ended } of taken) {
    if (amounts.keepsServers && !ended) continue
    kept.delete(name)
    await worker.stop()
  }
}
