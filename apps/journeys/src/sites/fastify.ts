import { Readable } from "node:stream"
import fastify, { type FastifyReply, type FastifyRequest } from "fastify"
import type { Page } from "../pages/page.js"
import { createHandlers } from "./handlers.js"
import { listen, type Served } from "./listen.js"

/** Makes the web's request of Fastify's, whose body nobody has read; it is aborted with its line. */
function webRequest({ protocol, host, url, method, headers, raw }: FastifyRequest, reply: FastifyReply): Request {
  const gone = new AbortController()
  reply.raw.once("close", () => reply.raw.writableFinished || gone.abort())
  const body = method === "GET" ? null : Readable.toWeb(raw)
  const init = { method, headers: headers as Record<string, string>, body, duplex: "half", signal: gone.signal }
  return new Request(`${protocol}://${host}${url}`, init as RequestInit)
}

/** Serves a page and its form with Fastify. */
export async function serveByFastify(page: Page): Promise<Served> {
  const { routes, close } = createHandlers(page)
  const app = fastify()
  // Bodies are left to the handlers.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser("*", (_request, _body, done) => done(null))
  for (const [method, url, handler] of routes)
    app.route({ method, url, handler: (request, reply) => handler(webRequest(request, reply)) })
  await app.ready()
  return listen(app.server, close)
}
