import type { StickyRequest } from "../exchange.js"
import { admit, type MakeContext, maxFilesBytes, overheadBytes, refuseOrigin } from "../guard.js"
import type { ResolvedOptions } from "../options.js"
import { raise } from "../raise.js"
import type { Fields } from "../registry.js"
import { maxTextBytes, type ReadForm, readForm } from "./read-form.js"
import type { FormSource } from "./source.js"

/** Of a form, files and text fields together. */
export const maxParts = 1000

/** A form that has come. */
export interface FormToTake<Context> {
  req: StickyRequest
  source: FormSource
  procedure: string
  address?: string | undefined
  makeContext: MakeContext<Context>
  maxFiles?: number
}

/** What is known of who sends a form; it grows on the way. */
export interface KnownOfForm<Context> {
  ctx: Context | undefined
  subject: string | undefined
}

/**
 * Lets a form in and reads it, its files into their storages.
 * @throws StickyError of the request that is refused, and as `readForm` does. Nothing stays staged then.
 */
export async function takeForm<Context>(
  options: ResolvedOptions<Context>,
  request: FormToTake<Context> & {
    fields: Fields
    /** Of the largest file that any field takes. */
    largestBytes: number
  },
  known: KnownOfForm<Context>,
): Promise<{ ctx: Context; read: ReadForm }> {
  const { req, source, procedure, address, makeContext, maxFiles = 20, fields, largestBytes } = request
  const ofOrigin = refuseOrigin(req, options.trustedOrigins)
  if (ofOrigin) raise(ofOrigin)
  const admission = await admit(options, { req, targets: fields.targets.map(({ target }) => target), makeContext })
  known.ctx = admission.ctx
  if ("refusal" in admission) raise(admission.refusal)
  const { ctx, targets } = admission
  const filesBytes = maxFilesBytes(fields.targets, maxFiles)
  const maxBytes = filesBytes + maxTextBytes
  const ofBody = source.refuse(maxBytes)
  if (ofBody) raise(ofBody)
  const subject = options.subjectOf(ctx)
  known.subject = subject
  const limits = {
    maxParts,
    maxHeaderBytes: 16_384,
    maxBodyBytes: maxBytes + overheadBytes,
    idleSeconds: options.idleSeconds,
    maxSeconds: options.uploadSeconds(req),
  }
  const pass = await options.quotas.enter(options.personOf({ req, subject, address }), {
    bytes: source.bytes,
    filesBytes,
    besideBytes: maxTextBytes + overheadBytes,
    largestBytes,
  })
  const read = await readForm(options, {
    parts: source.parts(limits),
    procedure,
    fields,
    targets,
    pass,
    maxSeconds: limits.maxSeconds + limits.idleSeconds,
    maxFiles,
  }).finally(pass.leave)
  return { ctx, read }
}
