import type { Bench, Scenario } from "../bench.js"
import { rotated } from "../statistics.js"
import type { SubjectName } from "../subjects.js"
import type { RunningSubject, Upload } from "./running-subject.js"
import { type Sample, takeSample } from "./sample.js"
import { giveSubjectsBack, takeSubjects } from "./take-subjects.js"
import { uploadRow } from "./upload-row.js"

interface UploadScenarioOptions {
  /** Whether requests are counted beside bytes. @default false */
  countsRequests?: boolean
  /** Who takes part, of those who are asked for. @default all */
  subjects?: readonly SubjectName[]
}

/** Uploads the same files to each subject in turn, round by round. */
export function uploadScenario(name: string, upload: Upload, options: UploadScenarioOptions = {}): Scenario {
  const { countsRequests = false, subjects } = options
  return {
    name,
    async run(bench) {
      const taking = bench.subjects.filter((subject) => subjects?.includes(subject) ?? true)
      bench.say(`${name}: warming up ${taking.length} servers`)
      const running = await takeSubjects(bench, taking)
      try {
        const samples = await measure(bench, name, running, upload)
        const [references = []] = samples
        return running.map((subject, at) => uploadRow(name, subject, samples[at] ?? [], references, countsRequests))
      } finally {
        await giveSubjectsBack(bench, running)
      }
    },
  }
}

/** The samples of each subject, one a round. */
export async function measure(
  bench: Bench,
  scenario: string,
  running: readonly RunningSubject[],
  upload: Upload,
): Promise<(Sample | undefined)[][]> {
  const { rounds } = bench.amounts
  const samples = running.map(() => new Array<Sample | undefined>(rounds).fill(undefined))
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0 && !bench.mayRepeat()) break
    for (const [at, subject] of rotated([...running.entries()], round)) {
      if (subject.ended || bench.secondsLeft() <= 0) continue
      const { sample, ended } = await takeSample(bench, subject, upload)
      samples[at]?.splice(round, 1, sample)
      if (ended) subject.ended = ended
      const speed = sample && `${(sample.bytesPerSecond / 2 ** 20).toFixed(0)} MiB/s`
      bench.say(`${scenario}, round ${round + 1} of ${rounds}: ${subject.name} ${ended?.note ?? speed}`)
    }
  }
  return samples
}
