import { stickyEndpoint } from "sticky-uploads/fetch"
import { app } from "../../../server/app"
import { createContext } from "../../../server/context"

// POST /sticky/submission.create/upload takes a file, DELETE takes it back. Made when the first one comes: a build has no secret.
let endpoint: ReturnType<typeof stickyEndpoint> | undefined

function handle(request: Request): Promise<Response> {
  endpoint ??= stickyEndpoint({ ...app(), createContext, prefix: "/sticky" })
  return endpoint(request)
}

export { handle as DELETE, handle as GET, handle as OPTIONS, handle as POST }
