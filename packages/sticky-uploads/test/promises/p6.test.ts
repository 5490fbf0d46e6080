import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { multipart, multipartType, png, text, upload } from "../support/multipart.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { serveForm } from "../support/serve-form.js"
import { head } from "../support/wire.js"

expectNoStrayErrors()

const quotas = { uploadsPerMinute: false, waitingBytes: 1_000_000 } as const
const endpoint = "/direct/doc/image"
const form = "/direct-form"

describe("P6: after any failure nothing is left behind by the request", () => {
  it.each([
    [endpoint, [upload(png(40))]],
    [form, [text("title", "x"), { name: "upload", filename: "a.png", bytes: png(40) }]],
  ])("%s: a client that is gone after any number of bytes leaves nothing", async (path, parts) => {
    const server = await serveForm({ quotas, authorize: () => true })
    const body = multipart(...parts)
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
    for (let sent = 0; sent < body.length; sent += 1) {
      const wire = await server.wire()
      const requested = once(server.server, "request") as Promise<[{ socket: { destroyed: boolean } }]>
      await wire.send(Buffer.concat([Buffer.from(head("POST", path, headers)), body.subarray(0, sent)]))
      await requested
      if (sent % 2) wire.socket.resetAndDestroy()
      else wire.socket.end()
      await wire.closed
      await Promise.all([...server.handled.splice(0), ...server.ends.splice(0)])
      expect({ sent, left: await server.left() }).toEqual({ sent, left: [] })
    }
    expect(server.errors).toEqual([])
    expect(server.calls).toEqual([])
  })

  it("nor anything of its share: who was cut off a hundred times may still send as much as before", async () => {
    const server = await serveForm({ quotas: { ...quotas, waitingBytes: 200_000 } })
    const part = upload(png(4000))
    const broken = multipart(part).subarray(0, 3000)
    for (let time = 0; time < 100; time += 1) {
      const { status } = await server.post("/uploads/submission.create/upload", broken)
      expect(status).toBe(400)
    }
    for (let time = 0; time < 40; time += 1) await server.stage("upload", "a.png", png(4000))
    expect(await server.staged()).toHaveLength(40)
  })
})
