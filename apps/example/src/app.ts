import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TRPCError } from "@trpc/server"
import { createExpressMiddleware } from "@trpc/server/adapters/express"
import express, { type Express } from "express"
import { stickyEndpoint, stickyForm, stickyPreview } from "sticky-uploads/express"
import { createDiskStorage, createSticky, createTempStorage } from "sticky-uploads/server"
import { createFirstUsers } from "./accounts/users.js"
import { type Context, createContext } from "./context.js"
import { openDatabase } from "./database/database.js"
import { createFigures } from "./figures.js"
import { downloadRoutes } from "./http/downloads.js"
import { editRoutes } from "./http/edit.js"
import { loginRoutes } from "./http/login.js"
import { sameOriginOnly } from "./http/origin.js"
import { notFound, onError, pageRoutes } from "./http/pages.js"
import { findUser, userOf, usersOnly } from "./http/request-user.js"
import { securityHeaders } from "./http/security-headers.js"
import { createFormPage } from "./pages/form-page.js"
import { createAppRouter } from "./router.js"
import { loadSecret } from "./secret.js"

export interface App {
  /** Ready to be given to an HTTP server. */
  handler: Express
  /** The accounts that this start created, each with its name as its password. */
  createdUsers: string[]
  /** Lets go of the database and of timers. */
  close(): void
}

/** Builds the example on a data directory, which is created when it is not there. */
export async function createApp({ dataDir, secret }: { dataDir: string; secret?: string | undefined }): Promise<App> {
  const database = await openDatabase(dataDir)
  const createdUsers = await createFirstUsers(database)

  const uploads = createDiskStorage({ directory: join(dataDir, "uploads") })
  const figures = createFigures()
  const sticky = createSticky<Context>({
    secrets: [await loadSecret(dataDir, secret)],
    storage: createTempStorage({ directory: join(dataDir, "staged") }),
    authorize: ({ ctx }) => ctx.user !== null,
    subject: ({ ctx }) => ctx.user?.id,
    telemetry: figures.telemetry,
  })
  const router = createAppRouter({ database, sticky, uploads })
  const formPage = createFormPage(sticky)

  const handler = express()
  handler.disable("x-powered-by")
  handler.use(securityHeaders)
  handler.use("/assets", express.static(fileURLToPath(new URL("public", import.meta.url))))
  handler.use(findUser(database))
  handler.use("/sticky", stickyEndpoint({ sticky, router, createContext }))
  handler.use("/previews", stickyPreview({ sticky, createContext, inline: "images" }))
  handler.post(
    "/submissions",
    usersOnly,
    stickyForm({
      sticky,
      router,
      createContext,
      procedure: "submission.create",
      success: ({ res }) => res.redirect(303, "/thanks"),
      invalid: ({ req, res, form }) => res.status(422).send(formPage(userOf(req), form)),
    }),
  )
  handler.use(editRoutes({ database, sticky, router }))
  handler.use(sameOriginOnly)
  handler.use("/trpc", createExpressMiddleware({ router, createContext, onError: logOwnFaults }))
  handler.use(loginRoutes(database), pageRoutes(database, formPage, figures.read), downloadRoutes(database, uploads))
  handler.use(notFound, onError)

  const close = () => {
    sticky.close()
    database.close()
  }
  return { handler, createdUsers, close }
}

/** What a caller did wrong is told to the caller; what we did wrong is also told to the log. */
function logOwnFaults({ error }: { error: TRPCError }): void {
  if (error.code === "INTERNAL_SERVER_ERROR") console.error(error)
}
