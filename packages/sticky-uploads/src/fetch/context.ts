import { noCall, type StickyCallInfo } from "../server.js"

/** What `createContext` gets: what tRPC's own fetch adapter would give it, for a request that is no tRPC call. */
export interface StickyContextRequest<Host = unknown> {
  req: Request
  /** Go with the answer: cookies that the context sets. */
  resHeaders: Headers
  info: StickyCallInfo
  /** What the handler was given beside the request. */
  host: Host
}

/** What is the same for everything that answers here. */
export interface ContextOptions<Context, Host> {
  /** Makes the context of whoever asks, as for tRPC's own adapter; only called once method, target and origin are right. */
  createContext: (request: StickyContextRequest<Host>) => Context | Promise<Context>
  /**
   * Says who asks where no subject does, for the quotas: an IP address. Of a header, only one that a proxy of yours sets.
   * @default everyone without a subject counts as one
   */
  address?: (request: Request, host: Host) => string | undefined
}

/**
 * Answers a request. Hosts hand something beside it: Bun its server, Deno who asks, Next.js the route's parameters; whatever
 * it is reaches `createContext` and `address`.
 */
export type FetchHandler<Host = unknown> = (
  request: Request,
  ...host: unknown extends Host ? [host?: Host] : [host: Host]
) => Promise<Response>

/** Makes what makes the context of a request, once it is asked for. */
export function contextMaker<Context, Host>(
  { createContext }: ContextOptions<Context, Host>,
  req: Request,
  resHeaders: Headers,
  host: Host,
): () => Context | Promise<Context> {
  return () => createContext({ req, resHeaders, host, info: { ...noCall, url: new URL(req.url), signal: req.signal } })
}
