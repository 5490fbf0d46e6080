import { FileStore } from "@tus/file-store"
import { Server } from "@tus/server"
import express from "express"
import type { Serve } from "../subjects.js"

export const serveTus: Serve = (directory) => {
  const server = new Server({ path: "/files", datastore: new FileStore({ directory }) })
  const app = express()
  app.all("/files", (req, res) => server.handle(req, res))
  return app
}
