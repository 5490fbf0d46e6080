import type { IncomingMessage, ServerResponse } from "node:http"
import { isStickyError, type Refusal, refuse } from "../core/errors.js"
import { stickyError } from "../core/messages.js"
import { type UploadAccepted, uploadPart } from "../core/protocol.js"
import { jsonBody, refusedAnswer, sendJson, sendNothing, sendRefusal } from "./answer.js"
import { discard } from "./discard.js"
import { admit, type MakeContext, maxFilesBytes, overheadBytes, refuseBody, refuseOrigin } from "./guard.js"
import { raise } from "./raise.js"
import { receive } from "./receive/receive.js"
import { isFileRefusal, type StagedUpload, stage } from "./stage.js"
import { insides, type Sticky } from "./sticky.js"

/** One request at the endpoint. */
export interface UploadRequest<Context> {
  req: IncomingMessage
  res: ServerResponse
  /** What the path says after the endpoint's own prefix, decoded: `submission.create/upload`. */
  target: string
  /** Makes the context the app's procedures get; only called once method, target and origin are right. */
  makeContext: MakeContext<Context>
}

const allowed = ["POST", "DELETE", "OPTIONS"] as const

/**
 * Answers one upload: guard, receive, inspect, store, sign. POST takes a file as part `upload` and answers its token;
 * DELETE with a token in `X-Sticky-Token` discards a staged file. Never rejects: what goes wrong is answered, and told
 * to `onError` when it is ours.
 */
export async function handleUpload<Context>(sticky: Sticky<Context>, request: UploadRequest<Context>): Promise<void> {
  const { req, res } = request
  const { options } = insides(sticky)
  try {
    await answer(sticky, request)
  } catch (error) {
    const refusal: Refusal = isStickyError(error) ? (error as Refusal) : refuse("internal_error", {})
    const status = isStickyError(error) ? error.status : 500
    if (status >= 500) options.onError(error)
    if (res.headersSent || res.destroyed) return
    // V7: a file that was looked at and refused is an answer, not a failed request.
    sendRefusal(req, res, isFileRefusal(error) ? 200 : status, jsonBody(refusedAnswer(refusal, options)))
  }
}

async function answer<Context>(sticky: Sticky<Context>, request: UploadRequest<Context>): Promise<void> {
  const { req, res, makeContext } = request
  const { options, registry } = insides(sticky)
  const method = req.method ?? ""
  if (!(allowed as readonly string[]).includes(method) || method === "OPTIONS") {
    const refusal = refuse("method_not_allowed", { method, allow: allowed })
    const headers = { Allow: allowed.join(", ") }
    if (method === "OPTIONS") sendNothing(res, headers)
    else sendRefusal(req, res, 405, jsonBody(refusedAnswer(refusal, options)), headers)
    return
  }
  const target = registry.target(request.target) ?? raise(refuse("target_unknown", { target: request.target }))
  const ofRequest = refuseOrigin(req, options.trustedOrigins)
  if (ofRequest) raise(ofRequest)
  const admission = await admit(options, { req, targets: [target.target], makeContext })
  if ("refusal" in admission) raise(admission.refusal)
  const subject = options.subjectOf(admission.ctx)
  if (method === "DELETE") {
    await discard(options, target.target, subject, req.headers["x-sticky-token"])
    sendNothing(res)
    return
  }
  const maxBytes = maxFilesBytes([target], 1)
  const ofBody = refuseBody(req, maxBytes)
  if (ofBody) raise(ofBody)

  let upload: StagedUpload | undefined
  let url: string | null
  try {
    const limits = {
      maxParts: 50,
      maxHeaderBytes: 16_384,
      maxBodyBytes: maxBytes + overheadBytes,
      idleSeconds: options.idleSeconds,
    }
    for await (const part of receive(req, limits)) {
      if (part.name !== uploadPart || part.filename === undefined) continue
      // V8: of two files neither is the right one to lose.
      if (upload) throw stickyError("too_many_files", { maxFiles: 1 })
      upload = await stage(options, target, { content: part, filename: part.filename, subject })
    }
    if (!upload) throw stickyError("upload_missing", { part: uploadPart })
    url = upload.url()
  } catch (error) {
    // What cannot be cleaned up is told, but the answer is what went wrong first.
    await upload?.undo().catch(options.onError)
    throw error
  }
  await accept(res, upload, url, options.onError)
}

/** Hands the token over. A client that is gone before it has it never will: its file goes too (P6). */
async function accept(
  res: ServerResponse,
  upload: StagedUpload,
  url: string | null,
  onError: (error: unknown) => void,
): Promise<void> {
  const { name, size, type, exp } = upload.claims
  const expires = new Date(exp * 1000).toISOString()
  const body: UploadAccepted = { is_valid: true, filename: name, url, stored: upload.token, size, type, expires }
  if (res.destroyed) return upload.undo()
  res.once("close", () => {
    if (!res.writableFinished) upload.undo().catch(onError)
  })
  sendJson(res, 200, body)
}
