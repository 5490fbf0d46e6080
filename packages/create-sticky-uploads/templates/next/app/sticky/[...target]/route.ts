import { stickyEndpoint } from "sticky-uploads/fetch"
import { app, createContext } from "../../../server/app"

let endpoint: ReturnType<typeof stickyEndpoint> | undefined

// Takes each picked file: POST /sticky/submission.create/upload
function handle(request: Request) {
  endpoint ??= stickyEndpoint({ ...app(), createContext, prefix: "/sticky" })
  return endpoint(request)
}

export { handle as DELETE, handle as GET, handle as POST }
