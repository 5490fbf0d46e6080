import { once } from "node:events"
import { readdirSync, readlinkSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { prototypes } from "./prototypes.js"
import { createSite } from "./site.js"
import type { SiteOptions } from "./start-site.js"

/** What a site's process says of itself. */
export interface Look {
  rssBytes: number
  /** Since the process began. */
  cpuSeconds: number
  /** What each of its descriptors is: a path, or `socket` and a number. */
  openFiles: string[]
  /** Since the last look. */
  loopP99Ms: number
  /** What went wrong on its own side, since it began. */
  errors: string[]
  /** Everything that hangs on the prototypes that all objects share. */
  prototypes: string
}

function openFiles(): string[] {
  return readdirSync("/proc/self/fd").map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`)
    } catch {
      // The directory's own is closed by now.
      return "closed"
    }
  })
}

const [, , directory = "", given = "{}"] = process.argv
const errors: string[] = []
const site = createSite(directory, JSON.parse(given) as SiteOptions, (error) => {
  errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
})
const server = site.listen(0, "127.0.0.1")
// Longer than any client of ours thinks before it sends on: a server that hangs up just then is nobody's finding.
server.keepAliveTimeout = 60_000
await once(server, "listening")
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

process.on("message", () => {
  const { user, system } = process.cpuUsage()
  const look: Look = {
    rssBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
    openFiles: openFiles(),
    loopP99Ms: delay.percentile(99) / 1e6,
    errors,
    prototypes: prototypes(),
  }
  delay.reset()
  process.send?.(look)
})
process.on("disconnect", () => process.exit())
// Ctrl-C is the parent's to handle: a terminal sends it to all of them.
process.on("SIGINT", () => undefined)
process.send?.((server.address() as AddressInfo).port)
