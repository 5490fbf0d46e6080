import express from "express"
import { stickyEndpoint } from "sticky-uploads/express"
import { createSticky, createTempStorage, type StickyOptions } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import type { Serve } from "../subjects.js"

interface Context {
  user: { id: string } | null
}

const bench = z.object({ upload: z.stickyFile({ maxBytes: 2 ** 40 }) })

/** As an app has it: who may upload is asked, the type is sniffed, the token is signed for one person. */
function stickyWith(options: Partial<StickyOptions<Context>>, durable = false): Serve {
  return (directory) => {
    const sticky = createSticky<Context>({
      secrets: ["a secret of the bench, which has nothing to hide"],
      storage: createTempStorage({ directory, durable }),
      authorize: ({ ctx }) => ctx.user !== null,
      subject: ({ ctx }) => ctx.user?.id,
      // Counted as for anyone, and never reached.
      quotas: { uploadsPerMinute: 1_000_000_000, uploadsAtOnce: 1_000_000 },
      ...options,
    })
    const app = express()
    app.use("/sticky", stickyEndpoint({ sticky, schemas: { bench }, createContext: () => ({ user: { id: "ann" } }) }))
    return app
  }
}

export const sticky = stickyWith({})
export const stickySha256 = stickyWith({ checksum: "sha256" })
export const stickyDurable = stickyWith({}, true)
