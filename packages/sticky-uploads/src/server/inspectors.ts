import { type Refusal, refuse } from "../core/errors.js"
import { longestTimeoutMs } from "./receive/receive.js"
import type { Follow } from "./telemetry.js"
import { createTurns } from "./turns.js"

/** A file as an inspector sees it: all its bytes are there, and nobody has a good token for it yet. */
export interface InspectedFile {
  /** Display text, never a path. */
  name: string
  /** Bytes, as counted. */
  size: number
  /** Media type, as sniffed. */
  type: string
  /** Lower-case hexadecimal, when a checksum was asked for. Of a file that came with the call itself it is not known. */
  sha256: string | undefined
  /** The field: `submission.create/upload`. Missing for a raw file of whose place in the input nothing is known. */
  target: string | undefined
  /** Opens the bytes, each time from the first. Read them to the end or leave the loop. */
  open(): Promise<AsyncIterable<Uint8Array>>
}

/** Looks at a whole file before its token is good: for viruses, for pictures that are none, for what an app does not want. */
export interface Inspector {
  /** How refusals call it. */
  readonly name: string
  /**
   * Resolves to why the file is refused, in a few words for people, or to `undefined`.
   * @param signal aborts when nobody waits any more: it took too long, or the file was discarded.
   * @throws when it cannot say.
   */
  inspect(file: InspectedFile, signal: AbortSignal): Promise<string | undefined>
  /** What becomes of a file when the inspector throws or takes too long. `onError` is told either way. @default "refuse" */
  readonly onFailure?: "refuse" | "accept"
}

export interface InspectSettings {
  inspectors: readonly Inspector[]
  maxInspectSeconds: number
  inspectAtOnce: number
  follow: Follow
  onError: (error: unknown) => void
}

/** Asks each inspector about a file until one refuses it. Never rejects. */
export type Inspect = (file: InspectedFile, gone?: AbortSignal) => Promise<Refusal | undefined>

/** Does the work, and ends with the signal whether the work heeds it or not. */
function abandoned<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    work().then(resolve, reject)
  })
}

/** @throws TypeError when something is no inspector. */
export function createInspect({
  inspectors,
  maxInspectSeconds,
  inspectAtOnce,
  follow,
  onError,
}: InspectSettings): Inspect {
  if (!inspectors.every((each) => typeof each?.inspect === "function" && typeof each.name === "string"))
    throw new TypeError("sticky-uploads: inspect has something that is no inspector: give each a name and inspect()")
  const takeTurn = createTurns(inspectAtOnce)

  async function ask(inspector: Inspector, file: InspectedFile, gone?: AbortSignal): Promise<Refusal | undefined> {
    const { name } = inspector
    const ended = new AbortController()
    const { signal } = ended
    const late = () => ended.abort(new Error(`inspector "${name}" took longer than ${maxInspectSeconds} s`))
    const timer = setTimeout(late, Math.min(maxInspectSeconds * 1000, longestTimeoutMs)).unref()
    const leave = () => ended.abort()
    gone?.addEventListener("abort", leave, { once: true })
    try {
      const endTurn = await takeTurn(signal)
      const reason = await follow(
        { name: "inspect", target: file.target, inspector: name },
        () => abandoned(() => inspector.inspect(file, signal), signal),
        (said) => (said === undefined ? undefined : "file_refused"),
      ).finally(endTurn)
      if (reason === undefined) return undefined
      return refuse("file_refused", { name: file.name, inspector: name, reason: reason || name })
    } catch (error) {
      const failed = refuse("inspection_failed", { inspector: name })
      if (gone?.aborted) return failed
      onError(error)
      return inspector.onFailure === "accept" ? undefined : failed
    } finally {
      clearTimeout(timer)
      gone?.removeEventListener("abort", leave)
    }
  }

  return async (file, gone) => {
    for (const inspector of inspectors) {
      const refusal = await ask(inspector, file, gone)
      if (refusal) return refusal
    }
    return undefined
  }
}
