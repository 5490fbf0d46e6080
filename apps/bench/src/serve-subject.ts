import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { appHeap } from "./app-heap.js"
import { createMeter } from "./meter.js"
import { serveParent } from "./serve-parent.js"

/** What is asked of a subject: where it listens, how large it is while it does nothing, and what it spends from one mark to the next. */
export type SubjectQuestion = "port" | "idle" | "begin" | "end"

/** Makes this process a subject's, which listens and measures itself. */
export async function serveSubject(listener: RequestListener): Promise<void> {
  const server = Object.assign(createServer(listener), { appHeap }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const meter = createMeter()

  serveParent<SubjectQuestion>((question) => {
    if (question === "begin") return meter.begin()
    if (question === "end") return meter.end()
    return question === "port" ? (server.address() as AddressInfo).port : process.memoryUsage.rss()
  })
}
