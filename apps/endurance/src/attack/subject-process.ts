import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { prototypes } from "../site/prototypes.js"
import { subjects } from "./subjects.js"

/** What a subject says of itself. */
export interface SubjectLook {
  rssBytes: number
  process: number
  wrong: string | undefined
}

const [, , name = "", directory = "", port = "0"] = process.argv
const serve = await subjects[name]?.load()
if (!serve) throw new Error(`there is no subject "${name}"`)
const server = createServer(serve(directory))
const untouched = prototypes()

process.on("message", () => {
  const look: SubjectLook = {
    rssBytes: process.memoryUsage.rss(),
    process: process.pid,
    wrong: prototypes() === untouched ? undefined : "a prototype has changed",
  }
  process.send?.(look)
})
process.on("disconnect", () => process.exit())
// Ctrl-C is the parent's to handle: a terminal sends it to all of them.
process.on("SIGINT", () => undefined)
server.listen(Number(port), "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
