import { createWriteStream } from "node:fs"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { initTRPC } from "@trpc/server"
import { createExpressMiddleware } from "@trpc/server/adapters/express"
import express from "express"
import * as z from "zod"
import type { Serve } from "../subjects.js"
import { newPath } from "./new-path.js"

const t = initTRPC.create()

/** The file as an input of the procedure itself, which is where people begin. */
export const serveTrpc: Serve = (directory) => {
  const router = t.router({
    upload: t.procedure.input(z.instanceof(FormData)).mutation(async ({ input }) => {
      const file = input.get("upload")
      if (!(file instanceof File)) throw new TypeError("there is no file")
      await pipeline(Readable.fromWeb(file.stream()), createWriteStream(newPath(directory)))
    }),
  })
  const app = express()
  app.use("/trpc", createExpressMiddleware({ router }))
  return app
}
