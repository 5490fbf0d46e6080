import { ReadableStream } from "node:stream/web"
import { contentDisposition } from "sticky-uploads/server"
import { app } from "../../../../server/app"
import { createContext } from "../../../../server/context"
import { listSubmissions } from "../../../../server/submissions"

/** `/uploads/ID/0` and, of the attachments, `/uploads/ID/1…3`: a saved file, to the visitor who saved it. */
export async function GET(_request: Request, { params }: RouteContext<"/uploads/[id]/[at]">): Promise<Response> {
  const { id, at } = await params
  const { visitor } = await createContext()
  const found = visitor && (await listSubmissions(visitor)).find((each) => each.id === id)
  const file = found && [found.upload, ...found.attachments][Number(at)]
  // One answer for all, so that nobody learns what others have.
  if (!file) return new Response("There is no such file.\n", { status: 404 })
  const content = await app().uploads.open(file.key)
  return new Response(ReadableStream.from(content) as BodyInit, {
    headers: {
      "Content-Type": file.type,
      "Content-Length": String(file.size),
      "Content-Disposition": contentDisposition(file.name),
      "Content-Security-Policy": "sandbox",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "private, no-store",
    },
  })
}
