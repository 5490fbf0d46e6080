import { handleUpload, type RouterLike, type Schemas, type Sticky } from "../server.js"
import { type ContextOptions, contextMaker, type FetchHandler } from "./context.js"
import { openExchange } from "./exchange.js"
import { pathUnder } from "./path-under.js"

export type StickyEndpointOptions<Context, Host = unknown> = ContextOptions<Context, Host> & {
  /** What `createSticky` made. */
  sticky: Sticky<Context>
  /** The path in front of the targets: `/sticky`. */
  prefix: string
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
 * Makes the upload endpoint of a router's or of named schemas' file fields: `POST <prefix>/<target>`, such as
 * `/sticky/submission.create/upload`. Give it the request as it came, its body unread.
 */
export function stickyEndpoint<Context, Host = unknown>(
  options: StickyEndpointOptions<Context, Host>,
): FetchHandler<Host> {
  const { sticky, prefix, address, router, schemas } = options
  sticky.register(router ?? schemas)
  return async (request, ...[given]) => {
    // Sound: whoever names a host hands it over.
    const host = given as Host
    const resHeaders = new Headers()
    const { req, res } = openExchange(request, resHeaders)
    void handleUpload(sticky, {
      req,
      res,
      target: pathUnder(prefix, request),
      address: address?.(request, host),
      makeContext: contextMaker(options, request, resHeaders, host),
    })
    return res.response
  }
}
