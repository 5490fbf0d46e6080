/**
 * The upload endpoint, the plain form, previews of staged files and the ready-made script, for Express 4 and 5.
 * @module
 */

import type { NextFunction, Request, RequestHandler, Response } from "express"
import {
  createScripts,
  decodedPath,
  type FormRouter,
  formCaller,
  handleForm,
  handlePreview,
  handleUpload,
  type InvalidForm,
  noCall,
  type PreviewInline,
  type RefusedForm,
  type RouterLike,
  type Schemas,
  type ScriptOptions,
  type Sticky,
  type StickyCallInfo,
  type StickyScripts,
} from "./server.js"

export type { InvalidForm, PreviewInline, ScriptTagOptions, StagedField } from "./server.js"

/** What `createContext` gets: what tRPC's own Express adapter would give it, for a request that is no tRPC call. */
export interface StickyContextRequest {
  req: Request
  res: Response
  info: StickyCallInfo
}

type CreateContext<Context> = (request: StickyContextRequest) => Context | Promise<Context>

function contextOf<Context>(
  createContext: CreateContext<Context>,
  req: Request,
  res: Response,
): () => Context | Promise<Context> {
  let signal: AbortSignal | undefined
  return () =>
    createContext({
      req,
      res,
      info: {
        ...noCall,
        // Made for who asks: hardly anyone does, and every request ends with an abort.
        get signal() {
          signal ??= signalOf(res)
          return signal
        },
      },
    })
}

function signalOf(res: Response): AbortSignal {
  const gone = new AbortController()
  if (res.closed) gone.abort()
  else res.once("close", () => gone.abort())
  return gone.signal
}

export type StickyEndpointOptions<Context> = {
  /** What `createSticky` made. */
  sticky: Sticky<Context>
  /** Makes the context of whoever asks, as for tRPC's own adapter; only called once method, target and origin are right. */
  createContext: CreateContext<Context>
} & (
  | {
      /** The router that has the file fields. */
      router: RouterLike
      schemas?: never
    }
  | {
      /** Without tRPC: the schemas that have the file fields, each under a name that stands for the procedure. */
      schemas: Schemas
      router?: never
    }
)

/**
 * Makes the upload endpoint of a router's or of named schemas' file fields: `POST <mount>/<target>`, such as
 * `/sticky/submission.create/upload`. Mount it before any body parser.
 */
export function stickyEndpoint<Context>({
  sticky,
  createContext,
  ...source
}: StickyEndpointOptions<Context>): RequestHandler {
  sticky.register(source.router ?? source.schemas)
  return (req, res) => {
    void handleUpload(sticky, {
      req,
      res,
      target: decodedPath(req.path),
      address: req.ip,
      makeContext: contextOf(createContext, req, res),
    })
  }
}

export interface StickyPreviewOptions<Context> {
  /** What `createSticky` made. */
  sticky: Sticky<Context>
  /** Makes the context of the person who asks; only called for a reference of ours. */
  createContext: CreateContext<Context>
  /** Shows pictures (PNG, JPEG, GIF, WebP, AVIF) instead of having them saved. @default none is shown */
  inline?: PreviewInline
}

/**
 * Serves staged files to whoever uploaded them, as `GET <mount>/<reference>` with what `sticky.preview` made of a token:
 * as attachments, in parts where a range is asked for, and only as long as they wait to be submitted.
 */
export function stickyPreview<Context>({
  sticky,
  createContext,
  inline,
}: StickyPreviewOptions<Context>): RequestHandler {
  return (req, res) => {
    void handlePreview(sticky, {
      req,
      res,
      reference: decodedPath(req.path),
      inline,
      makeContext: contextOf(createContext, req, res),
    })
  }
}

export type StickyScript = RequestHandler & Pick<StickyScripts, "tag">

/**
 * Serves the ready-made script for pages without a bundler, as `GET <mount>/sticky-uploads.js`, and writes its tag. Leaves
 * every other path to what is mounted after it.
 * @throws TypeError when the script is not there.
 */
export function stickyScript(options?: ScriptOptions): StickyScript {
  const { serve, tag } = createScripts(options)
  const handler: RequestHandler = (req, res, next) => {
    if (!serve({ req, res, name: req.path.slice(1) })) next()
  }
  return Object.assign(handler, { tag })
}

interface Outcome<Context> {
  req: Request
  res: Response
  ctx: Context
}

export interface StickyFormOptions<Context, Result> {
  /** What `createSticky` made. */
  sticky: Sticky<Context>
  /** Makes the context of whoever asks, as for tRPC's own adapter; only called once method and origin are right. */
  createContext: CreateContext<Context>
  /** The router that has the procedure. */
  router: FormRouter
  /** The procedure's path: `submission.create`. */
  procedure: string
  /** Answers a form that passed; usually with a redirect (303). */
  success: (outcome: Outcome<Context> & { result: Result }) => unknown
  /** Answers a form that did not: shows it again with what was typed, the errors and the files' tokens; usually 422. */
  invalid: (outcome: Outcome<Context> & { form: InvalidForm }) => unknown
  /**
   * Writes the page for a person whose request was refused before it was a form: too large as a whole, from another
   * site, not allowed to upload. Scripts, which do not ask for HTML, get JSON.
   * @default a plain page with the message
   */
  refused?: (refusal: RefusedForm) => string
  /** Files in one form. @default 20 */
  maxFiles?: number
}

/**
 * Makes the target of a plain HTML form, so that it works, and sticks, without JavaScript. Its files are streamed to the
 * storage, then the procedure is called as tRPC would. Errors that are no fault of the input go to Express.
 * @throws TypeError when the router has no such procedure, or it has no file field.
 */
export function stickyForm<Context, Result = unknown>(options: StickyFormOptions<Context, Result>): RequestHandler {
  const { sticky, router, procedure, createContext, maxFiles, refused } = options
  const call = formCaller<Context, Result>(sticky, router, procedure)

  async function answer(req: Request, res: Response): Promise<void> {
    const makeContext = contextOf(createContext, req, res)
    const outcome = await handleForm(sticky, {
      req,
      res,
      procedure,
      address: req.ip,
      makeContext,
      call,
      ...(maxFiles === undefined ? {} : { maxFiles }),
      ...(refused === undefined ? {} : { refused }),
    })
    if (!outcome) return
    const { ctx } = outcome
    // A form that is shown again holds tokens: nobody may keep the page (P9).
    res.set({ "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" })
    if (outcome.ok) await options.success({ req, res, ctx, result: outcome.result })
    else await options.invalid({ req, res, ctx, form: outcome.form })
  }
  return (req, res, next: NextFunction) => {
    answer(req, res).catch(next)
  }
}
