import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { createMeter } from "./meter.js"
import { serveParent } from "./serve-parent.js"
import { type SubjectName, subjects } from "./subjects.js"

/** What is asked of a subject: where it listens, how large it is while it does nothing, and what it spends from one mark to the next. */
export type SubjectQuestion = "port" | "idle" | "begin" | "end"

const [, , name, directory = ""] = process.argv
const serve = await subjects[name as SubjectName].load()
const server = createServer(serve(directory)).listen(0, "127.0.0.1")
await once(server, "listening")
const meter = createMeter()

serveParent<SubjectQuestion>((question) => {
  if (question === "begin") return meter.begin()
  if (question === "end") return meter.end()
  return question === "port" ? (server.address() as AddressInfo).port : process.memoryUsage.rss()
})
