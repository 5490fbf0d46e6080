import { createWriteStream } from "node:fs"
import express from "express"
import type { Serve } from "../subjects.js"
import { newPath } from "./new-path.js"

/** What Node does when nobody reads the bytes: no form, no name, no limit. */
function rawWith(options: { highWaterMark?: number }): Serve {
  return (directory) => {
    const app = express()
    app.post("/upload", (req, res, next) => {
      const file = createWriteStream(newPath(directory), options)
      req
        .pipe(file)
        .on("finish", () => res.json({ ok: true }))
        .on("error", next)
    })
    return app
  }
}

export const raw = rawWith({})
export const raw1MiB = rawWith({ highWaterMark: 1_048_576 })
