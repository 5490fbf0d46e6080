// The part of formidable 3.5.4 that we stand on. Its published types lack what a plugin needs.
declare module "formidable" {
  import type { EventEmitter } from "node:events"
  import type { IncomingHttpHeaders } from "node:http"
  import type { Readable } from "node:stream"

  /** What a plugin puts on the form: formidable hands it every chunk of the request. */
  export interface FormParser {
    write(chunk: Buffer): void
    end(): void
    once(event: "error", listener: (error: Error) => void): unknown
  }

  export interface Form extends EventEmitter {
    headers: IncomingHttpHeaders
    type: string
    ended: boolean
    _parser: FormParser
    /** Ends the form when `ended` is set. */
    _maybeEnd(): void
    _error(error: Error): void
    pause(): boolean
    resume(): boolean
    parse(req: Readable & { readonly headers: IncomingHttpHeaders }): Promise<unknown>
  }

  /** Returns what is assigned to the form. */
  export type FormPlugin = (this: Form, form: Form) => object

  export default function formidable(options: { enabledPlugins: FormPlugin[] }): Form
}
