import { writeFile } from "node:fs/promises"
import { parseMultipartRequest } from "@remix-run/multipart-parser/node"
import express from "express"
import type { Serve } from "../subjects.js"
import { newPath } from "./new-path.js"

export const serveRemix: Serve = (directory) => {
  const app = express()
  app.post("/upload", async (req, res) => {
    for await (const part of parseMultipartRequest(req, { maxFileSize: 2 ** 40, maxTotalSize: 2 ** 40 })) {
      if (part.isFile) await writeFile(newPath(directory), part.bytes)
    }
    res.json({ ok: true })
  })
  return app
}
