import { describe, expect, it } from "vitest"
import { multipart, multipartType, upload } from "../support/multipart.js"
import { head, type Wire, wireTo } from "../support/wire.js"
import { useStopServer } from "./support/stop-server.js"

const start = useStopServer()

const body = multipart(upload(Buffer.alloc(3_000_000, "0123456789abcdef"), "big.txt"))
const headers = { "Content-Type": multipartType, "Content-Length": body.length }

/** Begins an upload, and resolves when its first megabyte is on the disk. */
async function begin(server: Awaited<ReturnType<typeof start>>): Promise<Wire> {
  const wire = await server.wire()
  await wire.send(head("POST", "/sticky/doc/any", headers))
  await wire.send(body.subarray(0, 1_000_000))
  while ((await server.left()).length === 0) await new Promise((resolve) => setImmediate(resolve))
  return wire
}

describe("P6: a server that is told to stop", () => {
  it("takes no new connection, lets an upload come to its end, and is gone then", async () => {
    const server = await start()
    const wire = await begin(server)
    await server.stop()
    await expect(wireTo(server.port)).rejects.toMatchObject({ code: "ECONNREFUSED" })
    await wire.send(body.subarray(1_000_000))
    expect(await wire.answer()).toMatchObject({ status: 200, json: { is_valid: true, size: 3_000_000 } })
    expect(await server.exit).toBe(0)
    expect(await server.left()).toHaveLength(1)
    expect(server.errors).toEqual([])
  })

  it("cuts what takes longer than the app waits, and leaves nothing of it", async () => {
    const server = await start({ drainSeconds: 0.5 })
    const wire = await begin(server)
    await server.stop()
    await wire.closed
    expect(await server.exit).toBe(0)
    expect(await server.left()).toEqual([])
    expect(server.errors).toEqual([])
  })

  it("is gone within that time where its storage stands still, too", async () => {
    const server = await start({ drainSeconds: 0.5, stalls: true })
    const wire = await server.wire()
    await wire.send(head("POST", "/sticky/doc/any", headers))
    await wire.send(body.subarray(0, 1000))
    await server.stop()
    await wire.closed
    const began = performance.now()
    expect(await server.exit).toBe(0)
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it("is gone at once where nothing is under way, its sweep and its counts notwithstanding", async () => {
    const server = await start()
    const wire = await server.wire()
    const small = multipart(upload("GIF89a", "a.gif"))
    await wire.send(head("POST", "/sticky/doc/any", { ...headers, "Content-Length": small.length }))
    await wire.send(small)
    expect(await wire.answer()).toMatchObject({ status: 200 })
    await server.stop()
    const began = performance.now()
    expect(await server.exit).toBe(0)
    expect(performance.now() - began).toBeLessThan(5000)
  })
})
