// Runs as a process of its own: the endpoint alone, telling its parent how much memory it takes.
import type { AddressInfo } from "node:net"
import express from "express"
import { stickyEndpoint } from "../../src/express.js"
import { createSticky, createTempStorage, type Storage } from "../../src/server.js"
import * as z from "../../src/zod.js"

const [directory = "", slowMilliseconds = "0"] = process.argv.slice(2)

/** The temp storage, which may take its time over each mebibyte. */
function slowed(inner: Storage): Storage {
  if (slowMilliseconds === "0") return inner
  async function* slow(source: AsyncIterable<Uint8Array>) {
    let total = 0
    for await (const chunk of source) {
      const before = total
      total += chunk.length
      if (total >> 20 !== before >> 20) await new Promise((resolve) => setTimeout(resolve, Number(slowMilliseconds)))
      yield chunk
    }
  }
  return { ...inner, write: (key, source) => inner.write(key, slow(source)) }
}

const sticky = createSticky({
  secrets: ["a secret of more than thirty-two bytes"],
  storage: slowed(createTempStorage({ directory })),
  authorize: () => true,
  quotas: { uploadsPerMinute: false, waitingBytes: false },
  sweepEverySeconds: false,
})
const schemas = { big: z.object({ file: z.stickyFile({ maxBytes: 2 ** 31 }) }) }
const app = express().use("/sticky", stickyEndpoint({ sticky, schemas, createContext: () => ({}) }))

let peak = 0
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 5).unref()

process.on("message", () => {
  const now = process.memoryUsage.rss()
  process.send?.({ now, peak: Math.max(peak, now) })
  peak = now
})
process.on("disconnect", () => process.exit())

const server = app.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }))
