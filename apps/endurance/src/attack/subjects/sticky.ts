import express from "express"
import { stickyEndpoint } from "sticky-uploads/express"
import { createSticky, createTempStorage } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import type { Serve } from "../subjects.js"

/** Our endpoint with its defaults, but for the limit of uploads a minute: the corpus is one person in a hurry. */
export const serveSticky: Serve = (directory) => {
  const sticky = createSticky({
    secrets: ["a secret of an app that is attacked by its owner"],
    storage: createTempStorage({ directory }),
    authorize: () => true,
    quotas: { uploadsPerMinute: false },
  })
  const schemas = { attack: z.object({ upload: z.stickyFile() }) }
  return express().use("/sticky", stickyEndpoint({ sticky, schemas, createContext: () => ({}) }))
}
