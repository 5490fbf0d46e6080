import { type Accept, acceptsClaimed, acceptsSniffed, parseAccept } from "./accept.js"
import { type FileRefusalCode, type Refusal, refuse } from "./errors.js"

/** What a field takes. Declared once in the schema; HTML, browser, endpoint and submit all follow it. */
export interface StickyFileLimits {
  /** The largest file, in bytes. @default 12_000_000 (12 MB); `Infinity` lifts it. */
  maxBytes?: number
  /** The smallest file, in bytes. @default 1: an empty file is refused. */
  minBytes?: number
  /** What kinds: the entries of HTML's `accept`, such as `"image/*"`, `".pdf"`, `"text/csv"`. @default any */
  accept?: readonly string[]
}

/** What a field of several files takes together, as far as its schema says. */
export interface CountLimits {
  minFiles?: number
  maxFiles?: number
  /** Bytes of all its files. */
  maxTotalBytes?: number
}

/** What a field takes: of each file and, where it takes several, of all of them. */
export interface StickyFieldLimits extends StickyFileLimits, CountLimits {}

export interface ResolvedLimits {
  readonly maxBytes: number
  readonly minBytes: number
  readonly accept: Accept | undefined
}

const defaultMaxBytes = 12_000_000

function bytes(option: string, value: number, least: number): number {
  if (value === Infinity && option === "maxBytes") return value
  if (!Number.isSafeInteger(value) || value < least) {
    throw new TypeError(`sticky-uploads: ${option} is ${value}; give a whole number of bytes, at least ${least}`)
  }
  return value
}

/** @throws TypeError naming the limit that makes no sense. */
export function resolveLimits(limits: StickyFileLimits = {}): ResolvedLimits {
  const maxBytes = bytes("maxBytes", limits.maxBytes ?? defaultMaxBytes, 1)
  const minBytes = bytes("minBytes", limits.minBytes ?? 1, 0)
  if (minBytes > maxBytes) throw new TypeError(`sticky-uploads: minBytes ${minBytes} is over maxBytes ${maxBytes}`)
  const accept = limits.accept?.length ? parseAccept(limits.accept) : undefined
  return Object.freeze({ maxBytes, minBytes, accept })
}

interface Facts {
  name: string
  size: number
  type: string
}

export type FileRefusal = Refusal<FileRefusalCode>

export function checkSize(
  { name, size }: Pick<Facts, "name" | "size">,
  limits: Pick<ResolvedLimits, "maxBytes" | "minBytes">,
): FileRefusal | undefined {
  if (size > limits.maxBytes) return refuse("file_too_large", { name, size, maxBytes: limits.maxBytes })
  if (size >= limits.minBytes) return undefined
  if (size === 0) return refuse("file_empty", { name })
  return refuse("file_too_small", { name, size, minBytes: limits.minBytes })
}

/** Judges the type that the bytes gave. */
export function checkSniffed(file: Pick<Facts, "name" | "type">, { accept }: ResolvedLimits): FileRefusal | undefined {
  if (!accept || acceptsSniffed(accept, file)) return undefined
  return refuse("file_type_refused", { name: file.name, type: file.type, accept: accept.list })
}

/** Judges what a browser says of a file, before a byte is sent. */
export function checkClaimed(file: Facts, limits: ResolvedLimits): FileRefusal | undefined {
  const refusal = checkSize(file, limits)
  if (refusal || !limits.accept || acceptsClaimed(limits.accept, file)) return refusal
  return refuse("file_type_refused", { name: file.name, type: file.type, accept: limits.accept.list })
}

const counts = { minFiles: Math.min, maxFiles: Math.max, maxTotalBytes: Math.max }

/** What the counts take together: a limit that one of them does not have is none. */
export function widestCounts(all: readonly CountLimits[]): CountLimits {
  const widest: CountLimits = {}
  for (const [name, pick] of Object.entries(counts) as [keyof CountLimits, typeof Math.min][]) {
    const numbers = all.flatMap((each) => each[name] ?? [])
    if (numbers.length === all.length) widest[name] = pick(...numbers)
  }
  return widest
}

/** What the limits take together: what an input of several kinds says to a browser. */
export function widestOf(all: readonly ResolvedLimits[]): StickyFileLimits {
  const lists = all.map(({ accept }) => accept?.list)
  const maxBytes = Math.max(...all.map((each) => each.maxBytes))
  const minBytes = Math.min(...all.map((each) => each.minBytes))
  if (lists.includes(undefined)) return { maxBytes, minBytes }
  return { maxBytes, minBytes, accept: [...new Set(lists.flatMap((list) => list ?? []))] }
}
