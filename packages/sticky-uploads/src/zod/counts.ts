import type { CountLimits } from "../core/limits.js"
import type { Node } from "./schema-graph.js"

interface CheckDef {
  check?: string
  minimum?: number
  maximum?: number
  length?: number
  maxBytes?: number
}

/** What one of an array's checks says of its files. */
function countOf({ check, minimum = 0, maximum = Infinity, length = 0, maxBytes = Infinity }: CheckDef): CountLimits {
  if (check === "min_length") return { minFiles: minimum }
  if (check === "max_length") return { maxFiles: maximum }
  if (check === "length_equals") return { minFiles: length, maxFiles: length }
  return check === "max_total_bytes" ? { maxTotalBytes: maxBytes } : {}
}

const tighter = { minFiles: Math.max, maxFiles: Math.min, maxTotalBytes: Math.min }

/** Reads the limits of an array of files from its checks; of several of one kind the tightest. */
export function countsOf({ _zod: { def } }: Node): CountLimits {
  const counts: CountLimits = {}
  if (def.type !== "array") return counts
  for (const { _zod } of (def.checks ?? []) as { _zod: { def: CheckDef } }[]) {
    for (const [name, value] of Object.entries(countOf(_zod.def)) as [keyof CountLimits, number][])
      counts[name] = tighter[name](counts[name] ?? value, value)
  }
  return counts
}
