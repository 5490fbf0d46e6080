import type { Row } from "../rows.js"
import { median, medianRatio } from "../statistics.js"
import type { RunningSubject } from "./running-subject.js"
import type { Sample } from "./sample.js"

const MiB = 2 ** 20
const GiB = 2 ** 30

type Samples = readonly (Sample | undefined)[]

/** The median over the rounds that say something, or null. */
function over(samples: Samples, figure: (sample: Sample) => number | undefined): number | null {
  const values = samples.flatMap((sample) => (sample && figure(sample)) ?? [])
  return values.length > 0 ? median(values) : null
}

/** Sums a subject's samples up, beside those of the reference in the same rounds. */
export function uploadRow(
  scenario: string,
  subject: Pick<RunningSubject, "name" | "idleRssBytes" | "ended">,
  samples: Samples,
  references: Samples,
  countsRequests: boolean,
): Row {
  const ratio = (figure: (sample: Sample) => number) =>
    medianRatio(
      samples.map((sample) => sample && figure(sample)),
      references.map((sample) => sample && figure(sample)),
    ) ?? null
  const peak = Math.max(...samples.map((sample) => sample?.spent?.peakRssBytes ?? Number.NEGATIVE_INFINITY))
  const rounds = samples.filter((sample) => sample !== undefined).length
  const ended = subject.ended ?? (rounds === 0 ? { note: "not run: the time was over" } : {})
  return {
    scenario,
    subject: subject.name,
    throughputRatio: ratio(({ bytesPerSecond }) => bytesPerSecond),
    mebibytesPerSecond: over(samples, ({ bytesPerSecond }) => bytesPerSecond / MiB),
    ...(countsRequests
      ? {
          requestsPerSecondRatio: ratio(({ filesPerSecond }) => filesPerSecond),
          requestsPerSecond: over(samples, ({ filesPerSecond }) => filesPerSecond),
        }
      : {}),
    cpuSecondsPerGiB: over(samples, ({ spent }) => spent && (spent.cpuSeconds * GiB) / spent.bytes),
    peakRssMiB: Number.isFinite(peak) ? Math.max(0, peak - subject.idleRssBytes) / MiB : null,
    loopP99Ms: over(samples, ({ spent }) => spent?.loopP99Ms),
    loadCpuPercent: over(samples, ({ loadCpuShare }) => 100 * loadCpuShare),
    rounds,
    ...ended,
  }
}
