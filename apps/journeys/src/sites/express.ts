import { createServer } from "node:http"
import { buffer } from "node:stream/consumers"
import { createExpressMiddleware } from "@trpc/server/adapters/express"
import express from "express"
import { stickyEndpoint, stickyForm } from "sticky-uploads/express"
import type { Stored } from "sticky-uploads/server"
import { type Page, savedOf, writePage } from "../pages/page.js"
import { createServerSide } from "../server.js"
import { listen, type Served } from "./listen.js"

/** Serves a page and its form with Express. */
export function serveByExpress(page: Page): Promise<Served> {
  const side = createServerSide()
  const { sticky, router, createContext, uploads } = side
  const app = express()
  app.get("/", (req, res) => {
    const { searchParams } = new URL(req.url, "http://localhost")
    res.send(writePage(page, { saved: savedOf(searchParams) }, side))
  })
  app.get("/script.js", (_req, res) => void res.type("text/javascript").send(page.script))
  app.get("/saved/:key", async (req, res) => void res.send(await buffer(await uploads.open(req.params.key))))
  app.use("/sticky", stickyEndpoint({ sticky, router, createContext }))
  app.use("/trpc", createExpressMiddleware({ router, createContext }))
  app.post(
    "/submissions",
    stickyForm({
      sticky,
      router,
      createContext,
      procedure: "submission.create",
      success({ res, result }) {
        const { key, name } = result as Stored
        res.redirect(303, `/?${new URLSearchParams({ key, name })}`)
      },
      invalid: ({ res, form }) => res.status(422).send(writePage(page, { form }, side)),
    }),
  )
  return listen(createServer(app), () => sticky.close())
}
