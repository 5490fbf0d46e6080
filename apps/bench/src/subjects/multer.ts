import express from "express"
import multer from "multer"
import type { Serve } from "../subjects.js"

export const serveMulter: Serve = (directory) => {
  const app = express()
  app.post("/upload", multer({ dest: directory }).single("upload"), (_req, res) => {
    res.json({ ok: true })
  })
  return app
}
