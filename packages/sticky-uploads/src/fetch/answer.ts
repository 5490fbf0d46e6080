import { Writable } from "node:stream"
import type { StickyAnswer } from "../server.js"

type Headings = Readonly<Record<string, string | number>>

/** How long a host may leave an answer where it is; one that drops it says nothing. */
const untakenMs = 60_000

/**
 * An answer that becomes a fetch response with the first of its bytes. It is finished once the host has taken them all and
 * asked for more: until then it may find that the client is gone, and cancel.
 */
export class FetchAnswer extends Writable implements StickyAnswer {
  statusCode = 200
  headersSent = false
  /** Never rejects. */
  readonly response: Promise<Response>
  readonly #headers: Headers
  #respond: (response: Response) => void = () => undefined
  #body: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Of the chunk that the host has, until it asks for the next. */
  #done: (() => void) | undefined
  #untaken: { ms: number; tell: () => void } = { ms: untakenMs, tell: () => void this.destroy() }
  #isLeft = false
  #timer: NodeJS.Timeout | undefined

  /** @param headers go with the answer, unless it has its own of that name. */
  constructor(headers: Headers) {
    super()
    this.#headers = headers
    this.response = new Promise((resolve) => {
      this.#respond = resolve
    })
    // It is broken off at any time, and an error that nobody listens to would end the process.
    this.on("error", () => undefined)
  }

  writeHead(status: number, headers: Headings | Headers): this {
    this.statusCode = status
    this.headersSent = true
    for (const [name, value] of headers instanceof Headers ? headers : Object.entries(headers)) {
      if (name === "set-cookie") this.#headers.append(name, `${value}`)
      else this.#headers.set(name, `${value}`)
    }
    return this
  }

  setTimeout(ms: number, tell: () => void): void {
    this.#untaken = { ms, tell }
  }

  /** Breaks off for a client who is gone. The host knows, and would tell of an error; it gets an end. */
  leave(): void {
    this.#isLeft = true
    this.destroy()
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#body ??= this.#begin()
    this.#timer = setTimeout(this.#untaken.tell, this.#untaken.ms).unref()
    this.#done = done
    // Last: a host that has asked already asks on at once.
    this.#body.enqueue(chunk)
  }

  override _final(done: () => void): void {
    if (this.#body) this.#body.close()
    else this.#send(null)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer)
    if (!this.writableFinished) {
      if (this.#isLeft) this.#body?.close()
      else this.#body?.error(new Error("sticky-uploads: the answer was broken off"))
      // Nobody is left to read it, but hosts want one.
      this.#respond(new Response(null, { status: 400, headers: { Connection: "close" } }))
    }
    done(error)
  }

  #begin(): ReadableStreamDefaultController<Uint8Array> {
    let body: ReadableStreamDefaultController<Uint8Array> | undefined
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          body = controller
        },
        pull: () => {
          clearTimeout(this.#timer)
          // Once: who reads ahead asks more than once.
          const done = this.#done
          this.#done = undefined
          done?.()
        },
        cancel: () => void this.destroy(),
      },
      // Nothing is asked for before the host does.
      { highWaterMark: 0 },
    )
    queueMicrotask(() => {
      // Hosts that count its bytes would not ask on after the last.
      if (this.writableEnded) this.#headers.delete("content-length")
      this.#send(stream)
    })
    // Sound: `start` is called at once.
    return body as ReadableStreamDefaultController<Uint8Array>
  }

  #send(body: ReadableStream<Uint8Array> | null): void {
    this.#respond(new Response(body, { status: this.statusCode, headers: this.#headers }))
  }
}
