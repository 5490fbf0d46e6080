import formidable, { type FormParser } from "formidable"
import { type Refusal, refuse, StickyError } from "../../core/errors.js"
import { stickyError } from "../../core/messages.js"
import type { StickyRequest } from "../exchange.js"
import { createShares } from "../share.js"
import { createFlows } from "./flow.js"
import { type Part, readPartHead } from "./part.js"
import { createPartQueue } from "./part-queue.js"
import { boundaryOf, createScanner, MultipartError } from "./scanner.js"

export interface ReceiveLimits {
  /** Parts in a body, files and text fields together. */
  maxParts: number
  /** Bytes of one part's headers. */
  maxHeaderBytes: number
  /** Bytes of the whole body, however it is sent. */
  maxBodyBytes: number
  /** How long nothing may arrive while we are ready to read. */
  idleSeconds: number
  /** How long all of it may take. */
  maxSeconds: number
}

const takeShare = createShares()
const takeFlow = createFlows()
// A longer one fires at once.
export const longestTimeoutMs = 2_147_483_647

function translate(error: unknown): StickyError {
  if (error instanceof StickyError) return error
  if (error instanceof MultipartError) {
    return error.limit
      ? stickyError("multipart_limit", error.limit, { cause: error })
      : stickyError("multipart_malformed", { reason: error.reason }, { cause: error })
  }
  // formidable's own errors come from the request: it was cut, or its stream failed.
  return stickyError("upload_aborted", {}, { cause: error })
}

/** Says why a request's headers rule out a body that we can read, before one byte of it is. */
export function refuseHeaders(req: StickyRequest): Refusal | undefined {
  const contentType = req.headers["content-type"]
  const encoding = req.headers["content-encoding"]
  if (!contentType || !/^multipart\/form-data\b/i.test(contentType) || (encoding && encoding !== "identity")) {
    return refuse("content_type_unsupported", { contentType })
  }
  if (!boundaryOf(contentType))
    return refuse("multipart_malformed", { reason: "its boundary is missing or not allowed" })
  if (req.headers["content-length"] === "0") return refuse("multipart_malformed", { reason: "it is empty" })
  return undefined
}

/**
 * Streams the parts of a multipart request. The socket is paused while the reader is behind. Ends only after the whole
 * body was read; leaving the loop early stops reading.
 * @throws StickyError `body_used`, `multipart_malformed`, `multipart_limit`, `upload_aborted`, `upload_timeout`, `upload_too_slow`
 */
export async function* receive(req: StickyRequest, limits: ReceiveLimits): AsyncGenerator<Part> {
  if (req.bodyUsed || req.readableDidRead) throw stickyError("body_used", {})
  // formidable would wait for ever for the end of a request that is over already.
  if (req.destroyed || req.aborted) throw stickyError("upload_aborted", {})
  const form = formidable({ enabledPlugins: [usePartsReader] })
  const share = takeShare()
  const flow = takeFlow(req)
  const queue = createPartQueue((open) => {
    flow.want(open)
    idle.refresh()
  }, share.bytes)
  let isStill = false
  // The connection keeps the process alive. Without it, a storage that never comes back would, by these.
  const idle = setTimeout(() => {
    if (req.isPaused()) return void idle.refresh()
    isStill = true
    // This process may have stood still itself: a turn of its loop reads what has come meanwhile.
    setImmediate(() => {
      if (isStill) form._error(stickyError("upload_timeout", { idleSeconds: limits.idleSeconds }))
    })
  }, limits.idleSeconds * 1000).unref()

  const total = setTimeout(
    () => form._error(stickyError("upload_too_slow", { maxSeconds: limits.maxSeconds })),
    Math.min(limits.maxSeconds * 1000, longestTimeoutMs),
  ).unref()

  function usePartsReader(): object {
    let parts = 0
    let received = 0
    const scanner = createScanner(
      boundaryOf(req.headers["content-type"] ?? "") as string,
      {
        partBegin(head) {
          parts += 1
          if (parts > limits.maxParts) throw stickyError("multipart_limit", { limit: "parts", max: limits.maxParts })
          queue.push({ part: readPartHead(head) })
        },
        partData: (bytes) => queue.push({ bytes }),
        partEnd: () => queue.push("end"),
        finish: () => undefined,
      },
      limits.maxHeaderBytes,
    )
    const reader: FormParser = {
      write(chunk) {
        isStill = false
        idle.refresh()
        received += chunk.length
        if (received > limits.maxBodyBytes)
          throw stickyError("multipart_limit", { limit: "bytes", max: limits.maxBodyBytes })
        flow.took(chunk.length)
        scanner.write(chunk)
      },
      end() {
        try {
          scanner.end()
          form.ended = true
          form._maybeEnd()
        } catch (error) {
          form._error(error as Error)
        }
      },
      // What `write` throws, formidable catches.
      once: () => undefined,
    }
    form.type = "multipart"
    form._parser = reader
    // Without it formidable assigns all that it has to itself.
    return {}
  }

  const gone = () => {
    // A whole request closes too, and an error costs more than all else that is done for a small one.
    if (!form.ended) form._error(stickyError("upload_aborted", {}))
  }
  req.once("close", gone)
  form.once("error", (error: unknown) => {
    // At once: the reader may be busy with its storage, and formidable would go on taking what still arrives.
    flow.stop()
    queue.fail(translate(error))
  })
  form.once("end", () => queue.push("finish"))
  form.parse(req).catch(() => undefined)
  try {
    yield* queue.parts()
  } finally {
    clearTimeout(idle)
    clearTimeout(total)
    share.giveBack()
    flow.giveBack()
    req.off("close", gone)
    // Left early: formidable drops what still arrives, and the socket is told to stop.
    if (!form.ended) {
      gone()
      flow.stop()
    }
  }
}
