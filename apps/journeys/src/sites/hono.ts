import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { Hono } from "hono"
import type { Page } from "../pages/page.js"
import { createHandlers } from "./handlers.js"
import { listen, type Served } from "./listen.js"

/** Serves a page and its form with Hono. */
export function serveByHono(page: Page): Promise<Served> {
  const { routes, close } = createHandlers(page)
  const app = new Hono()
  for (const [method, path, handler] of routes) app.on(method, path, ({ req }) => handler(req.raw))
  return listen(createServer(getRequestListener(app.fetch)), close)
}
