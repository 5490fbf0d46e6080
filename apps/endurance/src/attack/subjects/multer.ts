import express from "express"
import multer from "multer"
import type { Serve } from "../subjects.js"

/** As its README has it for one file. */
export const serveMulter: Serve = (directory) => {
  const app = express()
  const upload = multer({ dest: directory })
  app.post("/upload", upload.single("upload"), (req, res) => {
    res.json({ file: req.file })
  })
  return app
}
