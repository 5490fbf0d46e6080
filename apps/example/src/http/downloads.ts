import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { Router as createRouter, type Router } from "express"
import { contentDisposition, isStickyError, type Storage, type Stored } from "sticky-uploads/server"
import type { Database } from "../database/database.js"
import { findSubmission, type Submission } from "../database/submissions.js"
import { problemPage } from "../pages/notice-page.js"
import { forUser } from "./request-user.js"

/** `/uploads/ID/upload` and `/uploads/ID/1…3`: a saved file, to its owner and to admins. */
export function downloadRoutes(database: Database, uploads: Storage): Router {
  const routes = createRouter()

  routes.get(
    "/uploads/:id/:which",
    forUser(async (request, response, user) => {
      const { id, which } = request.params as { id: string; which: string }
      const submission = await findSubmission(database, id)
      const file = submission && fileOf(submission, which)
      const allowed = submission?.userId === user.id || user.isAdmin
      // One answer for both, so that nobody learns what others have.
      const content = file && allowed ? await open(uploads, file) : undefined
      if (file === undefined || content === undefined) {
        response.status(404).send(problemPage(user, "Not found", "There is no such file."))
        return
      }

      response.set({
        "Content-Type": file.type,
        "Content-Length": String(file.size),
        "Content-Disposition": contentDisposition(file.name),
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "private, no-store",
      })
      await pipeline(Readable.from(content), response).catch(ignoreClosedConnection)
    }),
  )

  return routes
}

function fileOf(submission: Submission, which: string): Stored | undefined {
  return which === "upload" ? submission.upload : submission.attachments[Number(which) - 1]
}

async function open(uploads: Storage, file: Stored): Promise<AsyncIterable<Uint8Array> | undefined> {
  try {
    return await uploads.open(file.key)
  } catch (error) {
    if (isStickyError(error, "storage_missing")) return undefined
    throw error
  }
}

/** Who breaks off a download is not a fault of ours. */
function ignoreClosedConnection(error: NodeJS.ErrnoException): void {
  if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error
}
