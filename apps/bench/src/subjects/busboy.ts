import { createWriteStream } from "node:fs"
import type { Readable, Writable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { Busboy } from "@fastify/busboy"
import busboy from "busboy"
import express, { type Request } from "express"
import type { Serve } from "../subjects.js"
import { newPath } from "./new-path.js"

/** Serves a reader of forms that hands out each file as a stream. */
function serveReader(createReader: (req: Request) => Writable, endEvent: string): Serve {
  return (directory) => {
    const app = express()
    app.post("/upload", (req, res, next) => {
      const reader = createReader(req)
      const files: Promise<void>[] = []
      reader.on("file", (_name: string, file: Readable) => {
        files.push(pipeline(file, createWriteStream(newPath(directory))))
      })
      reader.on("error", next)
      reader.on(endEvent, () => Promise.all(files).then(() => res.json({ ok: true }), next))
      req.pipe(reader)
    })
    return app
  }
}

export const serveBusboy = serveReader((req) => busboy({ headers: req.headers }), "close")

export const serveFastifyBusboy = serveReader(
  ({ headers }) => new Busboy({ headers: { ...headers, "content-type": headers["content-type"] ?? "" } }),
  "finish",
)
