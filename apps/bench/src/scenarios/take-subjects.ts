import { emptyDirectory, spoiltFiles } from "../arrivals.js"
import type { Bench } from "../bench.js"
import type { SubjectName } from "../subjects.js"
import { answerSeconds, askSubject, type RunningSubject, type Upload, uploadTo } from "./running-subject.js"

/** Starts a subject's process; it listens, and nothing more. */
async function startSubject({ house }: Bench, name: SubjectName): Promise<RunningSubject> {
  const directory = house.directory()
  const worker = house.start("subject-process", name, directory)
  const port = await askSubject<number>(worker, "port").catch(() => undefined)
  const subject = { name, directory, worker, port: port ?? 0, idleRssBytes: 0 }
  return port === undefined ? { ...subject, ended: { note: "failed: it does not listen", failed: true } } : subject
}

/** Uploads a larger and some small files, as any server has seen some, and looks whether each byte arrived. */
async function warmUp(bench: Bench, subject: RunningSubject): Promise<void> {
  const { warmUpBytes, smallBytes, smallFiles } = bench.amounts
  const uploads: Upload[] = [
    { kind: "random", fileBytes: warmUpBytes, uploads: 1, atOnce: 1 },
    { kind: "csv", fileBytes: smallBytes, uploads: Math.min(smallFiles, 300), atOnce: 4 },
  ]
  for (const upload of uploads) {
    const { failure, stopped } = await uploadTo(bench, subject, upload, answerSeconds)
    const reason = failure ?? (stopped ? "it does not answer" : await spoiltFiles(subject.directory, upload))
    emptyDirectory(subject.directory)
    if (reason !== undefined) {
      subject.ended = { note: `failed: ${reason}`, failed: true }
      return
    }
  }
}

const idleRssOf = ({ worker }: RunningSubject) => askSubject<number>(worker, "idle").catch(() => undefined)

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
  for (const subject of taken) subject.idleRssBytes = (await idleRssOf(subject)) ?? 0
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
