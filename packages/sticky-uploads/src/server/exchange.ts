import type { IncomingHttpHeaders } from "node:http"
import type { Readable, Writable } from "node:stream"

/**
 * What the server reads of a request, body and all. Node's own request is one as it is, and that of every framework upon it;
 * `sticky-uploads/fetch` makes one of a `Request`.
 */
export interface StickyRequest extends Readable {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** By their names in lower case. */
  readonly headers: IncomingHttpHeaders
  /** Whether the whole body has come. */
  readonly complete: boolean
  /** Whether the client broke it off. */
  readonly aborted?: boolean
  /** Whether something else has begun to read the body, where that does not show in `readableDidRead`. */
  readonly bodyUsed?: boolean
  /** The connection, where one can be seen. */
  readonly socket?: { readonly remoteAddress?: string | undefined }
}

/** What the server writes its answer to, as Node's own: it is finished once all of it has gone out, and closed in any case. */
export interface StickyAnswer extends Writable {
  statusCode: number
  readonly headersSent: boolean
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): this
  /** Calls back when nothing is taken for so long. */
  setTimeout(ms: number, callback: () => void): unknown
}
