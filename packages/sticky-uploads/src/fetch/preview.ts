import { handlePreview, type PreviewInline, type Sticky } from "../server.js"
import { type ContextOptions, contextMaker, type FetchHandler } from "./context.js"
import { openExchange } from "./exchange.js"
import { pathUnder } from "./path-under.js"

export type StickyPreviewOptions<Context, Host = unknown> = Omit<ContextOptions<Context, Host>, "address"> & {
  /** What `createSticky` made. */
  sticky: Sticky<Context>
  /** The path in front of the references: `/previews`. */
  prefix: string
  /** Shows pictures (PNG, JPEG, GIF, WebP, AVIF) instead of having them saved. @default none is shown */
  inline?: PreviewInline
}

/**
 * Serves staged files to whoever uploaded them, as `GET <prefix>/<reference>` with what `sticky.preview` made of a token: as
 * attachments, in parts where a range is asked for, and only as long as they wait to be submitted.
 */
export function stickyPreview<Context, Host = unknown>(
  options: StickyPreviewOptions<Context, Host>,
): FetchHandler<Host> {
  const { sticky, prefix, inline } = options
  return async (request, ...[given]) => {
    // Sound: whoever names a host hands it over.
    const host = given as Host
    const resHeaders = new Headers()
    const { req, res } = openExchange(request, resHeaders)
    void handlePreview(sticky, {
      req,
      res,
      reference: pathUnder(prefix, request),
      inline,
      makeContext: contextMaker(options, request, resHeaders, host),
    })
    return res.response
  }
}
