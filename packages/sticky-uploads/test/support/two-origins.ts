import { once } from "node:events"
import type { AddressInfo } from "node:net"
import express, { type Express } from "express"
import { onTestFinished } from "vitest"
import { serveDoors } from "./browser-doors.js"

/** Serves an app on a free port, and ends it with the test. */
export async function listen(app: Express, host = "127.0.0.1"): Promise<string> {
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://${host}:${(server.address() as AddressInfo).port}`
}

/**
 * Serves an empty page of another origin, which has our doors. Under `127.0.0.1` it is of the same site as our servers, and
 * cookies go with its requests; under `localhost` it is of another site.
 */
export function serveOtherOrigin(host: "127.0.0.1" | "localhost"): Promise<string> {
  const app = express()
  serveDoors(app)
  app.get("/", (_req, res) => void res.send('<!doctype html><meta charset="utf-8"><title>Other</title>'))
  return listen(app, host)
}
