import type { RequestListener } from "node:http"
import express from "express"
import type { Storage } from "sticky-uploads"
import { stickyEndpoint } from "sticky-uploads/express"
import { createSticky, createTempStorage, type StickyOptions } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import type { Serve } from "../subjects.js"

interface Context {
  user: { id: string } | null
}

const bench = z.object({ upload: z.stickyFile({ maxBytes: 2 ** 40 }) })

/** As an app has it: who may upload is asked, the type is sniffed, the token is signed for one person. */
export function stickyInto(storage: Storage, options: Partial<StickyOptions<Context>> = {}): RequestListener {
  const sticky = createSticky<Context>({
    secrets: ["a secret of the bench, which has nothing to hide"],
    storage,
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

const temp = (options: Partial<StickyOptions<Context>>, durable = false): Serve => {
  return (directory) => stickyInto(createTempStorage({ directory, durable }), options)
}

export const sticky = temp({})
export const stickySha256 = temp({ checksum: "sha256" })
export const stickyDurable = temp({}, true)
