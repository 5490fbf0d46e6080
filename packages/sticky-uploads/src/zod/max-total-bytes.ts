import * as z from "zod"
import { $constructor, $ZodCheck, type $ZodCheckDef, type $ZodCheckInternals } from "zod/v4/core"
import { refuse } from "../core/errors.js"
import { say } from "./say.js"

/** Whatever weighs something: a StickyFile, or nothing where the list may have a gap. */
type Sized = { readonly size: number } | null | undefined

interface MaxTotalBytesDef extends $ZodCheckDef {
  check: "max_total_bytes"
  maxBytes: number
}

interface MaxTotalBytes extends $ZodCheck<readonly Sized[]> {
  _zod: $ZodCheckInternals<readonly Sized[]> & { def: MaxTotalBytesDef }
}

const MaxTotalBytes = /*@__PURE__*/ $constructor<MaxTotalBytes, MaxTotalBytesDef>(
  "StickyMaxTotalBytes",
  (inst, def) => {
    $ZodCheck.init(inst, def)
    inst._zod.check = (payload) => {
      const { value: input } = payload
      const bytes = input.reduce((sum, file) => sum + (file?.size ?? 0), 0)
      if (bytes <= def.maxBytes) return
      const refusal = refuse("files_too_large", { bytes, maxBytes: def.maxBytes })
      const issue = { code: "custom" as const, input, inst, path: [], params: { ...refusal } }
      payload.issues.push({
        ...issue,
        message: say(issue, refusal, [def.error, z.config().customError]),
        continue: true,
      })
    }
  },
)

export interface MaxTotalBytesParams {
  /** Replaces the message, as everywhere in Zod; `issue.params.code` is `files_too_large`. */
  error?: string | ((issue: { params?: { code: string; details: object } }) => string | undefined)
}

/**
 * Makes the check of what an array of files weighs in all: `z.array(z.stickyFile()).check(z.maxTotalBytes(10_000_000))`. It
 * holds for tokens and raw files alike; `sticky.limits` knows of it, and so does the browser where `checkLimits` runs.
 * @throws TypeError when the limit makes no sense.
 */
export function maxTotalBytes(
  maxBytes: number,
  { error }: MaxTotalBytesParams = {},
): $ZodCheck<readonly ({ readonly size: number } | null | undefined)[]> {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new TypeError(`sticky-uploads: maxTotalBytes is ${maxBytes}; give a whole number of bytes, at least 1`)
  return new MaxTotalBytes({
    check: "max_total_bytes",
    maxBytes,
    ...(error === undefined ? {} : { error: (typeof error === "string" ? () => error : error) as never }),
  })
}
