import { describe, expect, it } from "vitest"
import { multipart, multipartType, upload } from "../support/multipart.js"
import { head, type Wire } from "../support/wire.js"
import { useStopServer } from "./support/stop-server.js"

const start = useStopServer()

const body = multipart(upload(Buffer.alloc(100_000, "0123456789abcdef"), "a.txt"))
const headers = { "Content-Type": multipartType, "Content-Length": body.length }

describe("P7: a process that may open no more files", () => {
  it("refuses uploads with 503 and lives; as soon as connections end, it takes them again, and nothing is left", async () => {
    const server = await start()
    server.limitDescriptors(64)
    const held: Wire[] = []
    // Connections until one is turned away: then there is no room for a file either.
    for (let isFull = false; !isFull; ) {
      const wire = await server.wire()
      await wire.send(head("OPTIONS", "/sticky/doc/any"))
      isFull = await wire.answer().then(
        () => false,
        () => true,
      )
      if (!isFull) held.push(wire)
    }
    expect(held.length).toBeGreaterThan(10)
    const send = async (wire: Wire) => {
      await wire.send(head("POST", "/sticky/doc/any", headers))
      await wire.send(body)
      return wire.answer()
    }
    for (const answer of await Promise.all(held.map(send))) {
      expect(answer).toMatchObject({ status: 503, json: { is_valid: false, code: "storage_failed" } })
    }
    await expect.poll(() => new Set(server.errors)).toEqual(new Set(["storage_failed"]))
    expect(await server.left()).toEqual([])

    const [kept, ...others] = held as [Wire, ...Wire[]]
    for (const { socket } of others) socket.end()
    await Promise.all(others.map(({ closed }) => closed))
    expect(await send(kept)).toMatchObject({ status: 200, json: { is_valid: true } })
    expect(await send(await server.wire())).toMatchObject({ status: 200, json: { is_valid: true } })
    expect(await server.left()).toHaveLength(2)
  })
})
