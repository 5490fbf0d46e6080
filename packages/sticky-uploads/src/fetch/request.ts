import type { IncomingHttpHeaders } from "node:http"
import { Readable } from "node:stream"
import type { StickyRequest } from "../server.js"

type BodyReader = ReadableStreamDefaultReader<Uint8Array>

/**
 * A fetch request as the server reads one. Its body is not touched before somebody reads from it, and then asked for a chunk
 * at a time, as fast as it is read.
 */
export class FetchRequest extends Readable implements StickyRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly #request: Request
  readonly #hasBody: boolean
  #reader: BodyReader | undefined

  constructor(request: Request) {
    super()
    const { headers, hasBody } = headersOf(request)
    this.method = request.method
    this.url = request.url
    this.headers = headers
    this.#request = request
    this.#hasBody = hasBody
    // It is broken off at any time, and an error that nobody listens to would end the process.
    this.on("error", () => undefined)
  }

  get complete(): boolean {
    return !this.#hasBody || this.readableEnded
  }

  get bodyUsed(): boolean {
    return this.#hasBody && (this.#request.bodyUsed || this.#request.body?.locked === true)
  }

  override _read(): void {
    void this.#take()
  }

  async #take(): Promise<void> {
    try {
      this.#reader ??= this.#hasBody ? (this.#request.body?.getReader() as BodyReader | undefined) : undefined
      const { value } = (await this.#reader?.read()) ?? {}
      this.push(value ?? null)
    } catch (error) {
      this.destroy(error as Error)
    }
  }

  /** Lets go of the body without cancelling it: hosts in Node would end the connection, before the answer is out. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#reader?.releaseLock()
    done(error)
  }
}

/** The headers as Node has them. A body without a length is a chunked one to who reads it, however it came. */
function headersOf(request: Request): { headers: IncomingHttpHeaders; hasBody: boolean } {
  const headers: IncomingHttpHeaders = Object.fromEntries(request.headers)
  headers.host ??= new URL(request.url).host
  const length = headers["content-length"]
  if (length !== undefined && !/^\d+$/.test(length)) delete headers["content-length"]
  // Asked for its body, a request of some hosts begins to read it.
  const hasBody = length === undefined ? "transfer-encoding" in headers || request.body !== null : length !== "0"
  if (hasBody && headers["content-length"] === undefined) headers["transfer-encoding"] ??= "chunked"
  return { headers, hasBody }
}
