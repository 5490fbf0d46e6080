import * as z from "zod"
import { type ZodStandardSchemaWithJSON, ZodType } from "zod"
import { $constructor, type $ZodIssueCustom, type $ZodTypeDef, type $ZodTypeInternals } from "zod/v4/core"
import { isBrowser } from "#world"
import { fileInBrowser, tokenInBrowser } from "../core/browser-file.js"
import { type Refusal, refuse } from "../core/errors.js"
import {
  checkClaimed,
  checkSize,
  checkSniffed,
  type ResolvedLimits,
  resolveLimits,
  type StickyFileLimits,
} from "../core/limits.js"
import { worldInSlot } from "../core/scope.js"
import { type File, isBlank, isFile, type StickyFile } from "../core/sticky-file.js"
import { isTokenShaped, type StickyToken } from "../core/token.js"
import { say } from "./say.js"

interface ZodStickyFileDef extends $ZodTypeDef {
  type: "custom"
  limits: ResolvedLimits
  /**
   * What `""` and the empty File of an untouched input stand for under the wrapper around: a value that is judged in
   * their place (`instead`), or one that is the outcome (`outcome`). Without it they are a missing file.
   */
  blank?: { instead: unknown } | { outcome: undefined | null }
}

interface ZodStickyFileInternals extends $ZodTypeInternals<StickyFile, File | StickyToken> {
  def: ZodStickyFileDef
  isst: $ZodIssueCustom
}

/** A file that comes as bytes or as a signed token. Parsing is synchronous and has no side effects (P8). */
export interface ZodStickyFile extends ZodType<StickyFile, File | StickyToken, ZodStickyFileInternals> {
  "~standard": ZodStandardSchemaWithJSON<this>
}

type Verdict = { file: StickyFile } | { refusal: Refusal }

/** Of a hidden token and a file input of one name, which zod-form-data hands over as an array, the file wins. */
function chosen(values: readonly unknown[]): unknown {
  const given = values.filter((value) => !isBlank(value))
  const files = given.filter(isFile)
  if (files.length > 0) return files.length === 1 ? files[0] : given
  return given.length === 1 ? given[0] : given.length === 0 ? undefined : given
}

function judgeToken(token: StickyToken, leaf: ZodStickyFile, limits: ResolvedLimits): Verdict {
  const scope = worldInSlot()?.current()
  const resolution = scope
    ? scope.resolve(token, leaf)
    : isBrowser
      ? tokenInBrowser(token)
      : refuse("scope_missing", {})
  if ("code" in resolution) return { refusal: resolution }
  if ("refusal" in resolution) return resolution
  const { file, isExisting } = resolution
  if (isExisting) return { file }
  const refusal = checkSize(file, limits) ?? checkSniffed(file, limits)
  if (!refusal) return { file }
  return { refusal: refuse("token_not_allowed", { name: file.name, reason: refusal }) }
}

function judgeFile(file: File & Parameters<typeof fileInBrowser>[0], limits: ResolvedLimits): Verdict {
  if (isBrowser) {
    const refusal = checkClaimed(file, limits)
    return refusal ? { refusal } : { file: fileInBrowser(file) }
  }
  const refusal = checkSize(file, limits)
  if (refusal) return { refusal }
  const world = worldInSlot()
  if (!world) return { refusal: refuse("scope_missing", {}) }
  const received = (world.current() ?? world).receive(file, limits)
  return "code" in received ? { refusal: received } : { file: received }
}

/** The class of what `stickyFile` makes, for `instanceof`. */
export const ZodStickyFile = /*@__PURE__*/ $constructor<ZodStickyFile, ZodStickyFileDef>(
  "ZodStickyFile",
  (inst, def) => {
    // By name: TypeScript does not follow an assertion through a namespace (TS2775).
    ZodType.init(inst, def)
    inst._zod.parse = (payload, ctx) => {
      let value = Array.isArray(payload.value) ? chosen(payload.value) : payload.value
      // Undefined itself is for the wrappers: which of them takes it they know.
      if (isBlank(value) && payload.value !== undefined && def.blank) {
        if ("outcome" in def.blank) {
          // Sound: each wrapper below asks for a value that its own output has.
          payload.value = def.blank.outcome as never
          return payload
        }
        value = def.blank.instead
      }
      let verdict: Verdict
      if (isFile(value) && !isBlank(value)) verdict = judgeFile(value, def.limits)
      else if (isTokenShaped(value)) verdict = judgeToken(value, inst, def.limits)
      else if (isBlank(value)) verdict = { refusal: refuse("file_required", {}) }
      else verdict = { refusal: refuse(typeof value === "string" ? "token_malformed" : "file_invalid", {}) }
      if ("file" in verdict) {
        payload.value = verdict.file
        return payload
      }
      const { code, details } = verdict.refusal
      const issue = { code: "custom" as const, input: payload.value, inst, path: [], params: { code, details } }
      const message = say(issue, verdict.refusal, [def.error, ctx?.error, z.config().customError])
      payload.issues.push({ ...issue, message, continue: false })
      return payload
    }
    inst._zod.processJSONSchema = (_ctx, json) => {
      const { maxBytes, minBytes, accept } = def.limits
      Object.assign(json, { type: "string", format: "sticky-token" })
      Object.assign(json, {
        "x-sticky-file": {
          ...(maxBytes === Infinity ? {} : { maxBytes }),
          minBytes,
          ...(accept ? { accept: accept.list } : {}),
        },
      })
    }
    const lenient = (blank: NonNullable<ZodStickyFileDef["blank"]>) => inst.clone({ ...def, blank }, { parent: true })
    const nothing = { outcome: undefined }
    Object.assign(inst, {
      optional: () => z.optional(lenient(nothing)),
      nullable: () => z.nullable(lenient({ outcome: null })),
      nullish: () => z.nullish(lenient(nothing)),
      // Undefined, there, is what makes way for the default.
      default: (value: StickyFile) => z._default(lenient(nothing), value),
      prefault: (value: File | StickyToken) => z.prefault(lenient({ instead: value }), value),
    })
  },
)

export interface StickyFileParams extends StickyFileLimits {
  /** Replaces the message, as everywhere in Zod; `issue.params.code` says what happened. */
  error?: string | ((issue: { params?: { code: string; details: object } }) => string | undefined)
}

/**
 * Makes the schema of a file: takes a raw `File` or a `StickyToken`, gives a `StickyFile`.
 *
 * On a server a token parses only inside a scope (P1): under `stickyMiddleware`, `stickyForm` or `sticky.parse`.
 * @throws TypeError when a limit makes no sense.
 */
export function stickyFile(params: StickyFileParams = {}): ZodStickyFile {
  const { error } = params
  return new ZodStickyFile({
    type: "custom",
    limits: resolveLimits(params),
    ...(error === undefined ? {} : { error: (typeof error === "string" ? () => error : error) as never }),
  })
}
