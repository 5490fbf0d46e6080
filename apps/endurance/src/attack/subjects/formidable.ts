import express from "express"
import formidable from "formidable"
import type { Serve } from "../subjects.js"

/** As its README has it for Express; it writes to the system's temporary directory. */
export const serveFormidable: Serve = () => {
  const app = express()
  app.post("/upload", (req, res, next) => {
    const form = formidable({})
    form.parse(req, (error, fields, files) => {
      if (error) return next(error)
      res.json({ fields, files })
    })
  })
  return app
}
