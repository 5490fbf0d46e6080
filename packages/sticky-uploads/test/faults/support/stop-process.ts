// Runs as a process of its own: the endpoint, and a graceful stop as the guide has it.
import type { AddressInfo } from "node:net"
import express from "express"
import { stickyEndpoint } from "../../../src/express.js"
import { createSticky, createTempStorage, type Storage } from "../../../src/server.js"
import * as z from "../../../src/zod.js"

const [directory = "", drainSeconds = "10", stalls = ""] = process.argv.slice(2)

/** A double of the temp storage that takes no byte. */
const stalled = (inner: Storage): Storage => ({ ...inner, write: () => new Promise(() => undefined) })

const temp = createTempStorage({ directory })
const sticky = createSticky({
  secrets: ["a secret of more than thirty-two bytes"],
  storage: stalls === "stalls" ? stalled(temp) : temp,
  authorize: () => true,
  onError: (error) => process.send?.({ error: (error as { code?: string }).code }),
})
const schemas = { doc: z.object({ any: z.stickyFile({ maxBytes: 100_000_000 }) }) }
const app = express().use("/sticky", stickyEndpoint({ sticky, schemas, createContext: () => ({}) }))
const server = app.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }))
// Whoever holds a connection holds it until the test, or a stop, ends it.
server.keepAliveTimeout = 0

process.once("SIGTERM", () => {
  // A connection that nothing comes over any more is no reason to wait for five seconds.
  server.keepAliveTimeout = 100
  server.close()
  sticky.close()
  setTimeout(() => server.closeAllConnections(), Number(drainSeconds) * 1000).unref()
  process.send?.({ stopping: true }, () => process.disconnect?.())
})
