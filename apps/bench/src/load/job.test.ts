import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { describe, expect, it, onTestFinished } from "vitest"
import { contentOf } from "../bodies/content.js"
import { type Job, runJob } from "./job.js"

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const upload = (port: number, job: Partial<Job> = {}) =>
  runJob({
    port,
    path: "/",
    wire: "plain",
    kind: "random",
    fileBytes: 3_000_000,
    uploads: 1,
    atOnce: 1,
    limitSeconds: 30,
    ...job,
  })

describe("runJob", () => {
  it("sends every byte of every file, so many at a time and no more", async () => {
    const hashes: string[] = []
    let [open, most] = [0, 0]
    const port = await serve(async (req, res) => {
      open += 1
      most = Math.max(most, open)
      const hash = createHash("sha256")
      for await (const chunk of req) hash.update(chunk)
      hashes.push(hash.digest("hex"))
      open -= 1
      res.end()
    })
    const result = await upload(port, { uploads: 10, atOnce: 3 })
    expect(result).toMatchObject({ completed: 10, pendingBytes: 0, stopped: false })
    expect(most).toBe(3)
    const wanted = createHash("sha256")
      .update(Buffer.concat(contentOf("random", 3_000_000)))
      .digest("hex")
    expect(hashes).toEqual(Array.from({ length: 10 }, () => wanted))
  })

  it("says what a server answered that takes no uploads, and asks it no more", async () => {
    let asked = 0
    const port = await serve((req, res) => {
      asked += 1
      req.resume().on("end", () => res.writeHead(413).end("too large"))
    })
    expect(await upload(port, { uploads: 5 })).toMatchObject({
      completed: 0,
      failure: expect.stringMatching(/^answered 413: .*too large/s),
    })
    expect(asked).toBe(1)
  })

  it("says that a server hung up", async () => {
    const port = await serve((req) => req.destroy())
    expect(await upload(port)).toMatchObject({ completed: 0, failure: "the server hung up" })
  })

  it("stops waiting for a server that does not answer, and says how much it had taken", async () => {
    const port = await serve((req) => req.resume())
    const { stopped, completed, pendingBytes, failure } = await upload(port, { limitSeconds: 0.5 })
    expect({ stopped, completed, failure }).toEqual({ stopped: true, completed: 0, failure: undefined })
    expect(pendingBytes).toBeGreaterThanOrEqual(3_000_000)
  })
})
