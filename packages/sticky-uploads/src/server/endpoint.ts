import { isStickyError, type Refusal, refuse, statusOf } from "../core/errors.js"
import { stickyError } from "../core/messages.js"
import { tokenHeader, type UploadAccepted, uploadPart } from "../core/protocol.js"
import { jsonBody, refusedAnswer, retryAfter, sendJson, sendNothing, sendRefusal } from "./answer.js"
import { discard, discardUnheard } from "./discard.js"
import type { StickyAnswer, StickyRequest } from "./exchange.js"
import {
  admit,
  declaredBytes,
  type MakeContext,
  maxFilesBytes,
  overheadBytes,
  refuseBody,
  refuseOrigin,
} from "./guard.js"
import { isOurs, refusedEvent, stagedEvent } from "./observers.js"
import type { ResolvedOptions } from "./options.js"
import type { Pass } from "./quotas.js"
import { raise } from "./raise.js"
import { receive } from "./receive/receive.js"
import type { Target } from "./registry.js"
import { resendKey, type Turn } from "./resends.js"
import { isFileRefusal, type StagedUpload, stage } from "./stage.js"
import { insides, type Sticky } from "./sticky.js"
import { refuseUnlessGood } from "./still-good.js"

/** One request at the endpoint. */
export interface UploadRequest<Context> {
  /** The request, its body unread. */
  req: StickyRequest
  /** Where the answer goes. */
  res: StickyAnswer
  /** What the path says after the endpoint's own prefix, decoded: `submission.create/upload`. */
  target: string
  /** Who asks, where no subject says it; behind a proxy that is not the socket's. @default the socket's remote address */
  address?: string | undefined
  /** Makes the context the app's procedures get; only called once method, target and origin are right. */
  makeContext: MakeContext<Context>
}

/** What is known of a request so far; it grows on the way. */
interface Known<Context> {
  target: string | undefined
  ctx: Context | undefined
  subject: string | undefined
}

const allowed = ["POST", "DELETE", "OPTIONS"] as const
const allowHeader = { Allow: allowed.join(", ") }

/**
 * Answers one upload: guard, receive, inspect, store, sign. POST takes a file as part `upload` and answers its token;
 * with a token in `X-Sticky-Token`, GET answers whether it is still good and DELETE discards its file. Never rejects: what
 * goes wrong is answered, and told to `onError` when it is ours, to `onRefused` when it is not.
 */
export async function handleUpload<Context>(sticky: Sticky<Context>, request: UploadRequest<Context>): Promise<void> {
  const { req, res } = request
  const { options, registry } = insides(sticky)
  const target = registry.target(request.target)
  const known: Known<Context> = { target: target?.target, ctx: undefined, subject: undefined }
  const work = () => answer(sticky, request, target, known)
  try {
    await (req.method === "POST" ? options.follow({ name: "upload", target: target?.target }, work) : work())
  } catch (error) {
    const refusal: Refusal = isStickyError(error) ? (error as Refusal) : refuse("internal_error", {})
    const status = statusOf[refusal.code]
    if (isOurs(refusal.code)) options.onError(error)
    else options.observers.refused(refusedEvent(refusal, { ...known, form: undefined }))
    if (res.headersSent || res.destroyed) return
    const body = jsonBody(refusedAnswer(refusal, options.wordsFor({ req, ctx: known.ctx })))
    const headers = refusal.code === "method_not_allowed" ? allowHeader : {}
    // V7: a file that was looked at and refused is an answer, not a failed request.
    sendRefusal(req, res, req.method === "POST" && isFileRefusal(error) ? 200 : status, body, {
      ...headers,
      ...retryAfter(refusal),
    })
  }
}

async function answer<Context>(
  sticky: Sticky<Context>,
  { req, res, target: asked, address, makeContext }: UploadRequest<Context>,
  target: Target | undefined,
  known: Known<Context>,
): Promise<void> {
  const { options, registry } = insides(sticky)
  const method = req.method ?? ""
  if (method === "OPTIONS") return sendNothing(res, allowHeader)
  const token = req.headers[tokenHeader.toLowerCase()]
  // V1: to whoever just looks there is nothing here.
  const isQuestion = method === "GET" && token !== undefined
  if (!isQuestion && !(allowed as readonly string[]).includes(method))
    raise(refuse("method_not_allowed", { method, allow: allowed }))
  if (!target) {
    known.target = asked
    raise(refuse("target_unknown", { target: asked }))
  }
  const ofRequest = refuseOrigin(req, options.trustedOrigins)
  if (ofRequest) raise(ofRequest)
  const admission = await admit(options, { req, targets: [target.target], makeContext })
  known.ctx = admission.ctx
  if ("refusal" in admission) raise(admission.refusal)
  const { ctx } = admission
  known.subject = options.subjectOf(ctx)
  if (method !== "POST") {
    await (isQuestion ? refuseUnlessGood : discard)(options, target.target, known.subject, token)
    return sendNothing(res)
  }
  const maxBytes = maxFilesBytes([target], 1)
  const ofBody = refuseBody(req, maxBytes)
  if (ofBody) raise(ofBody)
  const person = options.personOf({ req, subject: known.subject, address })
  const turn = await options.resends.begin(resendKey(req, target.target, person), {
    cut: () => void res.destroy(),
    discard: (token) => discardUnheard(options, token),
  })
  try {
    const pass = await options.quotas.enter(person, {
      bytes: declaredBytes(req),
      filesBytes: maxBytes,
      besideBytes: 0,
      largestBytes: registry.largestBytes(),
    })
    const upload = await takeAndHand(options, { req, res }, target, pass, turn).finally(pass.leave)
    options.observers.staged(stagedEvent(upload, { ctx, form: undefined }))
  } finally {
    turn.leave()
  }
}

/** Takes the file of a request and hands its token over. A file whose token nobody will ever bring back does not stay (P6). */
async function takeAndHand<Context>(
  options: ResolvedOptions<Context>,
  { req, res }: Pick<UploadRequest<Context>, "req" | "res">,
  target: Target,
  pass: Pass,
  turn: Turn,
): Promise<StagedUpload> {
  await turn.start()
  const { upload, url } = await takeUpload(options, req, target, pass)
  if ((await hand(res, upload, url)) && (await turn.keep(upload.token))) return upload
  await upload.undo()
  return raise(refuse("upload_aborted", {}))
}

/** Takes the one file of a request. Of two neither is the right one to lose (V8). */
async function takeUpload<Context>(
  options: ResolvedOptions<Context>,
  req: StickyRequest,
  target: Target,
  pass: Pass,
): Promise<{ upload: StagedUpload; url: string | null }> {
  const limits = {
    maxParts: 50,
    maxHeaderBytes: 16_384,
    maxBodyBytes: maxFilesBytes([target], 1) + overheadBytes,
    idleSeconds: options.idleSeconds,
    maxSeconds: options.uploadSeconds(req),
  }
  // Whoever sends slowly is cut before: this is how long our own side may keep a person waiting.
  const maxSeconds = limits.maxSeconds + limits.idleSeconds
  let upload: StagedUpload | undefined
  try {
    for await (const part of receive(req, limits)) {
      if (part.name !== uploadPart || part.filename === undefined) continue
      if (upload) throw stickyError("too_many_files", { maxFiles: 1 })
      const { filename } = part
      upload = await stage(options, target, { content: part, filename, pass, isAwaited: true, maxSeconds })
    }
    if (!upload) throw stickyError("upload_missing", { part: uploadPart })
    return { upload, url: upload.url() }
  } catch (error) {
    // What cannot be cleaned up is told, but the answer is what went wrong first.
    await upload?.undo().catch(options.onError)
    throw error
  }
}

/** Sends the token; resolves to whether it went out. A client that is gone before it has it never will. */
async function hand(res: StickyAnswer, { claims, token }: StagedUpload, url: string | null): Promise<boolean> {
  const { name, size, type, exp } = claims
  const expires = new Date(exp * 1000).toISOString()
  const body: UploadAccepted = { is_valid: true, filename: name, url, stored: token, size, type, expires }
  if (res.destroyed) return false
  const closed = new Promise((resolve) => res.once("close", resolve))
  sendJson(res, 200, body)
  await closed
  return res.writableFinished
}
