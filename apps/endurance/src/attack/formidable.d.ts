// The part of formidable 3.5.4 that its README shows. It has no types of its own, and those of others are for a class.
declare module "formidable" {
  import type { IncomingMessage } from "node:http"

  interface Form {
    parse(req: IncomingMessage, done: (error: Error | null, fields: object, files: object) => void): void
  }
  export default function formidable(options: object): Form
}
