import { pipeline } from "node:stream/promises"
import { type FormRouter, formCaller, handleForm, type InvalidForm, type RefusedForm, type Sticky } from "../server.js"
import type { FetchAnswer } from "./answer.js"
import { type ContextOptions, contextMaker, type FetchHandler } from "./context.js"
import { openExchange } from "./exchange.js"

interface Outcome<Context, Host> {
  req: Request
  ctx: Context
  host: Host
}

export type StickyFormOptions<Context, Result, Host = unknown> = ContextOptions<Context, Host> & {
  /** What `createSticky` made. */
  sticky: Sticky<Context>
  /** The router that has the procedure. */
  router: FormRouter
  /** The procedure's path: `submission.create`. */
  procedure: string
  /** Answers a form that passed; usually with a redirect (303). */
  success: (outcome: Outcome<Context, Host> & { result: Result }) => Response | Promise<Response>
  /** Answers a form that did not: shows it again with what was typed, the errors and the files' tokens; usually 422. */
  invalid: (outcome: Outcome<Context, Host> & { form: InvalidForm }) => Response | Promise<Response>
  /**
   * Writes the page for a person whose request was refused before it was a form: too large as a whole, from another
   * site, not allowed to upload. Scripts, which do not ask for HTML, get JSON.
   * @default a plain page with the message
   */
  refused?: (refusal: RefusedForm) => string
  /** Files in one form. @default 20 */
  maxFiles?: number
}

/** Lets the app's response out as the answer, so that it is known whether it went out. */
function send(res: FetchAnswer, { status, headers, body }: Response): void {
  if (status < 200) throw new TypeError(`sticky-uploads: a form cannot be answered with the status ${status}`)
  // A form that is shown again holds tokens: nobody may keep the page (P9).
  res.writeHead(status, { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" })
  res.writeHead(status, headers)
  // Sound: bodies can be iterated wherever this runs. What fails on the way ends the answer, which tells the host.
  if (body) pipeline(body as unknown as AsyncIterable<Uint8Array>, res).catch(() => undefined)
  else res.end()
}

/**
 * Makes the target of a plain HTML form, so that it works, and sticks, without JavaScript. Its files are streamed to the
 * storage, then the procedure is called as tRPC would. Rejects with errors that are no fault of the input.
 * @throws TypeError when the router has no such procedure, or it has no file field.
 */
export function stickyForm<Context, Result = unknown, Host = unknown>(
  options: StickyFormOptions<Context, Result, Host>,
): FetchHandler<Host> {
  const { sticky, router, procedure, address, success, invalid, maxFiles, refused } = options
  const call = formCaller<Context, Result>(sticky, router, procedure)
  return async (request, ...[given]) => {
    // Sound: whoever names a host hands it over.
    const host = given as Host
    const resHeaders = new Headers()
    const { req, res } = openExchange(request, resHeaders)
    try {
      const outcome = await handleForm(sticky, {
        req,
        res,
        procedure,
        address: address?.(request, host),
        makeContext: contextMaker(options, request, resHeaders, host),
        call,
        ...(maxFiles === undefined ? {} : { maxFiles }),
        ...(refused === undefined ? {} : { refused }),
      })
      if (outcome) {
        const known = { req: request, ctx: outcome.ctx, host }
        send(
          res,
          outcome.ok
            ? await success({ ...known, result: outcome.result })
            : await invalid({ ...known, form: outcome.form }),
        )
      }
    } catch (error) {
      res.destroy()
      throw error
    }
    return res.response
  }
}
