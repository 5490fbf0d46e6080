// formidable brings no types; this is what the bench says of it.
declare module "formidable" {
  import type { IncomingMessage } from "node:http"

  interface Options {
    uploadDir: string
    maxFileSize: number
    maxTotalFileSize: number
  }

  export default function formidable(options: Options): { parse(req: IncomingMessage): Promise<unknown> }
}
