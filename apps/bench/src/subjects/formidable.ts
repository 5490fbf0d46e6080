import express from "express"
import formidable from "formidable"
import type { Serve } from "../subjects.js"

export const serveFormidable: Serve = (directory) => {
  const app = express()
  app.post("/upload", async (req, res) => {
    await formidable({ uploadDir: directory, maxFileSize: 2 ** 40, maxTotalFileSize: 2 ** 40 }).parse(req)
    res.json({ ok: true })
  })
  return app
}
