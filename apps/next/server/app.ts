import { join } from "node:path"
import { createDiskStorage, createSticky, createTempStorage } from "sticky-uploads/server"
import type { Context } from "./context"
import { createAppRouter } from "./router"
import { dataDir, secrets, uploadsPerMinute } from "./settings"

function createApp() {
  const uploads = createDiskStorage({ directory: join(dataDir(), "uploads") })
  const sticky = createSticky<Context>({
    secrets: secrets(),
    storage: createTempStorage({ directory: join(dataDir(), "staged") }),
    authorize: ({ ctx }) => ctx.visitor !== null,
    subject: ({ ctx }) => ctx.visitor,
    quotas: { uploadsPerMinute: uploadsPerMinute() },
  })
  const router = createAppRouter({ sticky, uploads })
  // The page asks for limits before any form or upload has come.
  sticky.register(router)
  return { sticky, uploads, router }
}

let made: ReturnType<typeof createApp> | undefined

/**
 * Makes sticky and router together, at the first request. Next loads this file once for pages and actions and once for
 * route handlers, and again for each change in development: they are to each other as two servers that share a disk.
 */
export function app(): ReturnType<typeof createApp> {
  made ??= createApp()
  return made
}
