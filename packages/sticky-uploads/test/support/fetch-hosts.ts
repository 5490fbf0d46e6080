import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { createAdaptorServer } from "@hono/node-server"
import fastify from "fastify"
import { Hono } from "hono"
import { type FetchHandler, requestOf } from "../../src/fetch.js"

/** A handler, and the paths that it answers: `/sticky/*`. */
export interface Route {
  path: string
  handler: FetchHandler
}

/** Who calls a function from a Request to a Response, over HTTP. */
export type HostName = "Hono" | "Fastify"

export interface ListeningHost {
  port: number
  stop(): Promise<void>
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return (server.address() as AddressInfo).port
}

/** Starts a server of this kind on a free port, which hands its requests on as the guide shows. */
export const hosts: Record<HostName, (routes: readonly Route[], timeouts?: object) => Promise<ListeningHost>> = {
  async Hono(routes, timeouts = {}) {
    const app = new Hono().onError((_error, c) => c.text("caught", 500))
    for (const { path, handler } of routes) app.all(path, (c) => handler(c.req.raw, c))
    const server = createAdaptorServer({ fetch: app.fetch, serverOptions: timeouts }) as Server
    return {
      port: await portOf(server),
      async stop() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  },
  async Fastify(routes, timeouts = {}) {
    const app = fastify({ forceCloseConnections: true, http: timeouts })
    app.removeAllContentTypeParsers()
    app.addContentTypeParser("*", (_request, _body, done) => done(null))
    for (const { path, handler } of routes)
      app.all(path, (request, reply) => handler(requestOf(request.raw, reply.raw), request))
    await app.listen({ port: 0, host: "127.0.0.1" })
    return { port: (app.server.address() as AddressInfo).port, stop: () => app.close() }
  },
}
