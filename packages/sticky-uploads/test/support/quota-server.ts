// Runs as a process of its own: one of several that count together in Redis.
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import express from "express"
import { Redis } from "ioredis"
import { stickyEndpoint } from "../../src/express.js"
import { createSticky, createTempStorage } from "../../src/server.js"
import * as z from "../../src/zod.js"

const [directory = "", path = ""] = process.argv.slice(2)
const redis = new Redis({ path, retryStrategy: () => 50 })
// What ioredis has to say of a Redis that is gone belongs to the app.
redis.on("error", () => undefined)
const errors: string[] = []
const sticky = createSticky<string>({
  secrets: ["a secret of more than thirty-two bytes"],
  storage: createTempStorage({ directory }),
  authorize: () => true,
  subject: ({ ctx }) => ctx,
  sweepEverySeconds: false,
  quotas: { uploadsPerMinute: 4, waitingBytes: 3000, redis },
  onError: (error) => errors.push(String(error)),
})
const schemas = { doc: z.object({ any: z.stickyFile() }) }
const createContext = ({ req }: { req: express.Request }) => req.header("x-user") ?? ""
const app = express().use("/sticky", stickyEndpoint({ sticky, schemas, createContext }))

process.on("message", () => process.send?.(errors.splice(0)))
process.on("disconnect", () => process.exit())

await once(redis, "ready")
const server = app.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }))
