// Runs as a process of its own: the endpoint as an app has it, which the hostile corpus may try to end.
import { readdirSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import express from "express"
import { stickyEndpoint } from "../../src/express.js"
import { createSticky, createTempStorage } from "../../src/server.js"
import type { Look } from "../../src/testing.js"
import * as z from "../../src/zod.js"
import { prototypes } from "./prototypes.js"

const [directory = ""] = process.argv.slice(2)
const errors: unknown[] = []
const sticky = createSticky({
  secrets: ["a secret of more than thirty-two bytes"],
  storage: createTempStorage({ directory }),
  authorize: () => true,
  sweepEverySeconds: false,
  quotas: { uploadsPerMinute: false, waitingBytes: false },
  idleSeconds: 1,
  maxUploadSeconds: 3,
  onError: (error) => errors.push(error),
})
const schemas = { doc: z.object({ upload: z.stickyFile() }) }
const app = express().use("/sticky", stickyEndpoint({ sticky, schemas, createContext: () => ({}) }))

const untouched = prototypes()

process.on("message", () => {
  const wrong = prototypes() === untouched ? errors.map(String)[0] : "a prototype has changed"
  const look: Look = { files: readdirSync(directory), rssBytes: process.memoryUsage.rss(), process: process.pid, wrong }
  process.send?.(look)
})
process.on("disconnect", () => process.exit())

const server = createServer({ headersTimeout: 2000, requestTimeout: 5000, connectionsCheckingInterval: 200 }, app)
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }))
