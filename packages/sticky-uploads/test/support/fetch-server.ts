// Runs as a process of its own: the endpoint in a host that calls functions, which the hostile corpus may try to end.
import { readdirSync } from "node:fs"
import { stickyEndpoint } from "../../src/fetch.js"
import { createSticky, createTempStorage } from "../../src/server.js"
import type { Look } from "../../src/testing.js"
import * as z from "../../src/zod.js"
import { type HostName, hosts } from "./fetch-hosts.js"
import { prototypes } from "./prototypes.js"

const [directory = "", host = ""] = process.argv.slice(2)
const errors: unknown[] = []
const sticky = createSticky({
  secrets: ["a secret of more than thirty-two bytes"],
  storage: createTempStorage({ directory }),
  authorize: () => true,
  subject: () => "everybody",
  sweepEverySeconds: false,
  quotas: { uploadsPerMinute: false, waitingBytes: false },
  idleSeconds: 1,
  maxUploadSeconds: 3,
  onError: (error) => errors.push(error),
})
const schemas = { doc: z.object({ upload: z.stickyFile() }) }
const handler = stickyEndpoint({ sticky, schemas, prefix: "/sticky", createContext: () => ({}) })
const untouched = prototypes()

process.on("message", () => {
  const wrong = prototypes() === untouched ? errors.map(String)[0] : "a prototype has changed"
  const look: Look = { files: readdirSync(directory), rssBytes: process.memoryUsage.rss(), process: process.pid, wrong }
  process.send?.(look)
})
process.on("disconnect", () => process.exit())

const timeouts = { headersTimeout: 2000, requestTimeout: 5000, connectionsCheckingInterval: 200 }
const { port } = await hosts[host as HostName]([{ path: "/sticky/*", handler }], timeouts)
process.send?.({ port })
