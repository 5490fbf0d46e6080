/** What a row may say, with the heading and the digits it is shown with. In the order of the table's columns. */
export const figures = {
  throughputRatio: { heading: "× raw", digits: 2 },
  libStorageRatio: { heading: "× lib-storage", digits: 2 },
  requestsPerSecondRatio: { heading: "requests × raw", digits: 2 },
  mebibytesPerSecond: { heading: "MiB/s", digits: 0 },
  requestsPerSecond: { heading: "requests/s", digits: 0 },
  cpuSecondsPerGiB: { heading: "CPU s/GiB", digits: 2 },
  peakRssMiB: { heading: "peak RSS, MiB over idle", digits: 0 },
  loopP99Ms: { heading: "event loop p99, ms", digits: 1 },
  loadCpuPercent: { heading: "load generator, % of a core", digits: 0 },
  rounds: { heading: "rounds", digits: 0 },
  signedPerSecond: { heading: "signed per CPU second", digits: 0 },
  verifiedPerSecond: { heading: "verified per CPU second", digits: 0 },
  parsedPerSecond: { heading: "parsed per CPU second", digits: 0 },
  tokenCharacters: { heading: "characters", digits: 0 },
  minifiedBytes: { heading: "minified, bytes", digits: 0 },
  gzippedBytes: { heading: "gzipped, bytes", digits: 0 },
  addedBytes: { heading: "more than the client, gzipped", digits: 0 },
  files: { heading: "files", digits: 0 },
  seconds: { heading: "seconds", digits: 2 },
  longestBlockMs: { heading: "longest block of the loop, ms", digits: 1 },
} as const satisfies Record<string, { heading: string; digits: number }>

export type Figure = keyof typeof figures

/** One subject in one scenario. */
export interface Row extends Partial<Record<Figure, number | null>> {
  scenario: string
  subject: string
  /** Why numbers are missing, or what they mean: `stopped after 20 s (3 % done)`. */
  note?: string
  /** The subject did not do what it was asked. */
  failed?: true
}
