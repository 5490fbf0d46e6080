import type { AttackAnswer } from "./answer.js"
import type { Taken } from "./endpoint.js"
import type { Look } from "./lookout.js"

export interface AttackOptions {
  /** Where uploads are posted, over plain HTTP: `http://127.0.0.1:3000/sticky/submission.create/upload`. */
  url: string | URL
  /** Sent with every request: who asks. */
  headers?: Readonly<Record<string, string>>
  /** The part that brings the file. @default "upload" */
  part?: string
  /** A file that the endpoint takes, by the name of `good.png`. @default a PNG of one pixel */
  goodFile?: Uint8Array
  /** How large a file may be there; the corpus sends somewhat more. @default 12_000_000 */
  maxBytes?: number
  /**
   * Reads what an answer says of the file that was taken, or `undefined` where it says that none was.
   * @default `filename`, `type` and `size` of a JSON answer of 2xx or 3xx without `is_valid: false`
   */
  read?: (answer: AttackAnswer) => Taken | undefined
  /** Looks at the app after each case: what lies on its disk, how much memory it takes. @default only its answers count */
  look?: () => Look | Promise<Look>
  /** How much more memory than at the start is too much, where `look` tells it. @default 134_217_728 (128 MiB) */
  maxRisenBytes?: number
  /** How long an answer is waited for. @default 10 */
  patienceSeconds?: number
  /**
   * How long the app bears with a slow client at most. Slow clients are tried only where this is said, all at once and for
   * that long. Node by itself gives 60 s for a head and 300 s for a request, and looks every 30 s.
   */
  slowSeconds?: number
  /** Starts the app again, at the same address, once it is gone or hangs. @default it is waited for as long as for an answer */
  revive?: () => unknown
  /** Tries only the cases whose name or whose group's name matches. @default all */
  only?: RegExp
}

export interface ResolvedAttack {
  readonly url: URL
  readonly headers: readonly string[]
  readonly part: string
  readonly good: Buffer
  readonly maxBytes: number
  readonly read: (answer: AttackAnswer) => Taken | undefined
  readonly look: (() => Look | Promise<Look>) | undefined
  readonly maxRisenBytes: number
  readonly patienceMs: number
  readonly slowMs: number | undefined
  readonly revive: (() => unknown) | undefined
  readonly only: RegExp
}

// Small, and a picture to whoever decodes it.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

function jsonOf(body: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(body)
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function readJson({ status, body }: AttackAnswer): Taken | undefined {
  const said = jsonOf(body)
  if (status < 200 || status >= 400 || said?.is_valid === false) return undefined
  const { filename, type, size } = said ?? {}
  return {
    name: typeof filename === "string" ? filename : undefined,
    type: typeof type === "string" ? type : undefined,
    size: typeof size === "number" ? size : undefined,
  }
}

function positive(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value
  throw new TypeError(`sticky-uploads: ${option} of attackUploadEndpoint is ${value}; give a number over 0`)
}

/** @throws TypeError naming the option that makes no sense. */
export function resolveAttack(options: AttackOptions): ResolvedAttack {
  const url = new URL(options.url)
  if (url.protocol !== "http:")
    throw new TypeError(`sticky-uploads: url of attackUploadEndpoint is ${url.href}; give one of http:`)
  const { slowSeconds } = options
  return {
    url,
    headers: Object.entries(options.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    part: options.part ?? "upload",
    good: Buffer.from(options.goodFile ?? Buffer.from(pixel, "base64")),
    maxBytes: positive("maxBytes", options.maxBytes ?? 12_000_000),
    read: options.read ?? readJson,
    look: options.look,
    maxRisenBytes: positive("maxRisenBytes", options.maxRisenBytes ?? 134_217_728),
    patienceMs: positive("patienceSeconds", options.patienceSeconds ?? 10) * 1000,
    slowMs: slowSeconds === undefined ? undefined : positive("slowSeconds", slowSeconds) * 1000,
    revive: options.revive,
    only: options.only ?? /^/,
  }
}
