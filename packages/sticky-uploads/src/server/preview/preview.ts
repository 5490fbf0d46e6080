import { isStickyError, type Refusal, refuse, statusOf } from "../../core/errors.js"
import { stickyError } from "../../core/messages.js"
import type { Storage } from "../../core/storage.js"
import type { TokenClaims } from "../../core/token.js"
import { jsonBody, refusedAnswer, sendRefusal } from "../answer.js"
import type { StickyAnswer, StickyRequest } from "../exchange.js"
import { isDenial, type MakeContext } from "../guard.js"
import { isOurs, refusedEvent } from "../observers.js"
import type { ResolvedOptions } from "../options.js"
import { raise } from "../raise.js"
import { presenceOf, presenceRefusal } from "../staging.js"
import { insides, type Sticky } from "../sticky.js"
import type { PreviewInline } from "./headers.js"
import { readReference } from "./reference.js"
import { sendFile } from "./send-file.js"

/** One request for a staged file. */
export interface PreviewRequest<Context> {
  /** The request. */
  req: StickyRequest
  /** Where the answer goes. */
  res: StickyAnswer
  /** The last part of the path, as `sticky.preview` gave it. */
  reference: string
  /** Which files the browser shows; it saves all others. @default none */
  inline?: PreviewInline | undefined
  /** Makes the context of the person who asks; only called for a reference of ours. */
  makeContext: MakeContext<Context>
}

/** What is known of a request so far; it grows on the way. */
interface Known<Context> {
  target: string | undefined
  ctx: Context | undefined
  subject: string | undefined
}

const allowed = ["GET", "HEAD"] as const

/**
 * Answers one request for a staged file: to the person who uploaded it, as long as it waits to be submitted, and once it
 * is inspected. Never rejects: what goes wrong is answered, and told to `onError` when it is ours, to `onRefused` when it
 * is not.
 */
export async function handlePreview<Context>(sticky: Sticky<Context>, request: PreviewRequest<Context>): Promise<void> {
  const { req, res } = request
  const { options } = insides(sticky)
  const known: Known<Context> = { target: undefined, ctx: undefined, subject: undefined }
  try {
    await answer(options, request, known)
  } catch (error) {
    const refusal: Refusal = isStickyError(error) ? (error as Refusal) : refuse("internal_error", {})
    if (isOurs(refusal.code)) options.onError(error)
    else options.observers.refused(refusedEvent(refusal, { ...known, form: undefined }))
    if (res.headersSent || res.destroyed) return
    const body = jsonBody(refusedAnswer(refusal, options.wordsFor({ req, ctx: known.ctx })))
    const headers = refusal.code === "method_not_allowed" ? { Allow: allowed.join(", ") } : {}
    // 422 is said of what was sent; here an address leads nowhere any more.
    sendRefusal(req, res, refusal.code === "token_gone" ? 404 : statusOf[refusal.code], body, headers)
  }
}

async function answer<Context>(
  options: ResolvedOptions<Context>,
  { req, res, reference, inline, makeContext }: PreviewRequest<Context>,
  known: Known<Context>,
): Promise<void> {
  const method = req.method ?? ""
  if (!(allowed as readonly string[]).includes(method)) raise(refuse("method_not_allowed", { method, allow: allowed }))
  const claims = readReference(options, reference)
  const { aud: target, sub } = claims
  known.target = target
  known.ctx = await contextOf(makeContext)
  known.subject = options.subjectOf(known.ctx)
  // Two who are nobody are not the same person.
  if (!known.subject || known.subject !== sub) raise(refuse("preview_forbidden", {}))
  const storage = options.storageOf(target)
  const ofInspection = claims.pending && (await options.inspections?.outcomeOf(storage, claims))
  if (ofInspection) raise(ofInspection)
  await refuseUnlessHere(storage, claims)
  try {
    await sendFile(req, res, { storage, claims, inline, idleSeconds: options.idleSeconds })
  } catch (error) {
    // Submitted or discarded since we looked.
    if (isStickyError(error, "storage_missing")) await refuseUnlessHere(storage, claims)
    throw error
  }
}

async function refuseUnlessHere(storage: Storage, claims: TokenClaims): Promise<void> {
  const refusal = presenceRefusal(await presenceOf(storage, claims), claims.name)
  if (refusal) raise(refusal)
}

async function contextOf<Context>(makeContext: MakeContext<Context>): Promise<Context> {
  try {
    return await makeContext()
  } catch (error) {
    throw isDenial(error) ? stickyError("preview_forbidden", {}) : error
  }
}
