import type { Ending, StickyErrorCode, Telemetry } from "sticky-uploads/server"

interface Amount {
  files: number
  bytes: number
}

/** What this process has seen since it started. */
export interface Figures {
  since: Date
  inFlight: number
  /** Uploads that are over, by how they ended. */
  uploads: Record<Ending["outcome"], number>
  /** How long all of those took together. */
  uploadSeconds: number
  staged: Amount
  /** Staged, and neither promoted nor expired. What was discarded is told by nobody, and counts until it expires. */
  waiting: number
  promoted: Amount
  swept: number
  lastSweep: Date | undefined
  /** How often each code was said, at the endpoint, in forms and at submits; the most frequent first. */
  refusals: (readonly [code: StickyErrorCode, times: number])[]
  failures: number
}

/** Counts in memory what a sticky tells its telemetry. */
export function createFigures(): { telemetry: Telemetry; read(): Figures } {
  const since = new Date()
  const uploads = { ok: 0, refused: 0, failed: 0, undone: 0 }
  const staged = { files: 0, bytes: 0 }
  const promoted = { files: 0, bytes: 0 }
  const waiting = new Map<string, Date>()
  const refusals = new Map<StickyErrorCode, number>()
  let inFlight = 0
  let uploadSeconds = 0
  let swept = 0
  let lastSweep: Date | undefined
  let failures = 0

  function forgetExpired(): void {
    const now = new Date()
    for (const [id, expiresAt] of waiting) if (expiresAt < now) waiting.delete(id)
  }
  const countRefusal = (code: StickyErrorCode) => void refusals.set(code, (refusals.get(code) ?? 0) + 1)

  const telemetry: Telemetry = {
    begin({ name }) {
      if (name !== "upload" && name !== "submit") return undefined
      const beganAt = performance.now()
      if (name === "upload") inFlight += 1
      return {
        run: (work) => work(),
        end({ outcome, code }) {
          if (name === "upload") {
            inFlight -= 1
            uploads[outcome] += 1
            uploadSeconds += (performance.now() - beganAt) / 1000
          } else if (outcome === "refused" && code) countRefusal(code)
        },
      }
    },
    onStaged({ id, size, expiresAt }) {
      staged.files += 1
      staged.bytes += size
      waiting.set(id, expiresAt)
    },
    onPromoted({ id, stored }) {
      promoted.files += 1
      promoted.bytes += stored.size
      if (id !== undefined) waiting.delete(id)
    },
    onRefused: ({ code }) => countRefusal(code),
    onSwept({ removedFiles }) {
      swept += removedFiles
      lastSweep = new Date()
      forgetExpired()
    },
    onError() {
      failures += 1
    },
  }

  return {
    telemetry,
    read() {
      forgetExpired()
      return {
        since,
        inFlight,
        uploads: { ...uploads },
        uploadSeconds,
        staged: { ...staged },
        waiting: waiting.size,
        promoted: { ...promoted },
        swept,
        lastSweep,
        refusals: [...refusals].sort(([, a], [, b]) => b - a),
        failures,
      }
    },
  }
}
