import { once } from "node:events"
import { StickyError, type Storage } from "sticky-uploads/server"
import { describe, expect, it, vi } from "vitest"
import { double, gate, tapped } from "./support/doubles.js"
import { multipart, multipartType, partBytes, png, text, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { type Served, serve } from "./support/serve.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()

/** A body too big to be under way at once. */
const big = multipart(upload(Buffer.alloc(8_000_000, "0123456789abcdef"), "big.txt"))
const bigHeaders = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": big.length }

const isWhole = async (server: Served) => {
  expect(await server.post("doc/image", [upload(png())])).toMatchObject({ status: 200, json: { is_valid: true } })
}

describe("P5", () => {
  const diskFull = () => new StickyError("storage_failed", { storage: "double", operation: "write" }, "disk full")

  it.each<[string, Storage["write"], number, string]>([
    ["rejects at once", async () => Promise.reject(new Error("broken")), 500, "internal_error"],
    [
      "throws at once",
      () => {
        throw new Error("broken")
      },
      500,
      "internal_error",
    ],
    ["rejects with storage_failed", async () => Promise.reject(diskFull()), 503, "storage_failed"],
    [
      "fails after the first bytes",
      async (_, source) => {
        for await (const _ of source) throw diskFull()
        return { size: 0 }
      },
      503,
      "storage_failed",
    ],
    [
      "fails as it commits",
      async (_, source) => {
        for await (const _ of source);
        throw diskFull()
      },
      503,
      "storage_failed",
    ],
    ["says it stored, and did nothing", async () => ({ size: 0 }), 500, "internal_error"],
    ["says nothing", async () => undefined as never, 500, "internal_error"],
  ])("a storage that %s: an error to the client and to onError, and no token", async (_, write, status, code) => {
    const server = await serve({ wrap: (inner) => double(inner, { write }) })
    const answer = await server.post("doc/image", [upload(png(4900))])
    expect(answer).toMatchObject({ status, json: { is_valid: false, code } })
    expect(answer.text).not.toMatch(/"stored"|broken|disk full/)
    expect(server.errors).toHaveLength(1)
    expect(await server.left()).toEqual([])
  })

  it.each<[string, (inner: Storage) => Storage["write"]]>([
    [
      "stops reading after the first bytes and calls that the file",
      (inner) => (key, source) =>
        inner.write(
          key,
          (async function* () {
            for await (const chunk of source) {
              yield chunk
              return
            }
          })(),
        ),
    ],
    [
      "loses the last bytes",
      (inner) => (key, source) =>
        inner.write(
          key,
          (async function* () {
            let last: Uint8Array | undefined
            for await (const chunk of source) {
              if (last) yield last
              last = chunk
            }
          })(),
        ),
    ],
    [
      "adds a byte",
      (inner) => (key, source) =>
        inner.write(
          key,
          (async function* () {
            yield* source
            yield Buffer.from("!")
          })(),
        ),
    ],
    [
      "reports another size",
      (inner) => async (key, source) => {
        const { size } = await inner.write(key, source)
        return { size: size + 1 }
      },
    ],
    [
      "reports no size",
      (inner) => async (key, source) => {
        await inner.write(key, source)
        return undefined as never
      },
    ],
  ])("a storage that %s: never a success, and the file does not stay", async (_, write) => {
    const server = await serve({ wrap: (inner) => double(inner, { write: write(inner) }) })
    const wire = await server.wire()
    await wire.send(head("POST", "/sticky/doc/any", bigHeaders))
    void wire.send(big)
    expect(await wire.answer()).toMatchObject({ status: 500, json: { is_valid: false, code: "internal_error" } })
    expect(server.errors).toHaveLength(1)
    expect(await server.left()).toEqual([])
  })

  it("a file is not visible while it is written", async () => {
    const written = gate()
    const goOn = gate()
    const server = await serve({
      wrap: (inner) =>
        double(inner, {
          write: (key, source) =>
            inner.write(
              key,
              tapped(source, async (total) => {
                if (total < 1_000_000) return
                written.open()
                await goOn.opened
              }),
            ),
        }),
    })
    const wire = await server.wire()
    await wire.send(head("POST", "/sticky/doc/any", bigHeaders))
    void wire.send(big)
    await written.opened
    for await (const entry of server.storage.list()) throw new Error(`${entry.key} is visible`)
    goOn.open()
    expect((await wire.answer()).json).toMatchObject({ is_valid: true, size: 8_000_000 })
    expect(await server.left()).toHaveLength(1)
  })

  it("a storage whose address cannot be made: 500, and the file does not stay", async () => {
    const server = await serve({
      wrap: (inner) =>
        double(inner, {
          url: () => {
            throw new Error("no bucket")
          },
        }),
    })
    expect(await server.post("doc/image", [upload(png())])).toMatchObject({
      status: 500,
      json: { code: "internal_error" },
    })
    expect(server.errors).toMatchObject([{ message: "no bucket" }])
    expect(await server.left()).toEqual([])
  })

  it("a subject too long for a token: 500, and the file does not stay", async () => {
    const server = await serve({ subject: () => "x".repeat(5000) })
    expect(await server.post("doc/image", [upload(png())])).toMatchObject({ status: 500 })
    expect(await server.left()).toEqual([])
  })

  it("a storage that can neither finish nor remove: the client has the first error, onError has both", async () => {
    const server = await serve({
      wrap: (inner) =>
        double(inner, {
          remove: async () => {
            throw new Error("cannot remove")
          },
        }),
    })
    const answer = await server.post("doc/image", [upload(png()), upload(png())])
    expect(answer).toMatchObject({ status: 400, json: { code: "too_many_files" } })
    expect(server.errors).toMatchObject([{ message: "cannot remove" }])
  })

  it("the storage function of the options failing is 500 and no more", async () => {
    const server = await serve()
    const failing = await serve({
      wrap: (inner) => double(inner, { write: () => Promise.reject("not even an Error") }),
    })
    expect(await failing.post("doc/image", [upload(png())])).toMatchObject({
      status: 500,
      json: { code: "internal_error" },
    })
    await isWhole(server)
  })
})

describe("P6", () => {
  const stages: [string, (server: Served) => Uint8Array[]][] = [
    [
      "in the middle of the request's head",
      () => [Buffer.from(head("POST", "/direct/doc/any", bigHeaders).slice(0, -10))],
    ],
    ["after the head", () => [Buffer.from(head("POST", "/direct/doc/any", bigHeaders))]],
    ["in the part's headers", () => [Buffer.from(head("POST", "/direct/doc/any", bigHeaders)), big.subarray(0, 60)]],
    [
      "in the first bytes of the file",
      () => [Buffer.from(head("POST", "/direct/doc/any", bigHeaders)), big.subarray(0, 300)],
    ],
    [
      "in the middle of the file",
      () => [Buffer.from(head("POST", "/direct/doc/any", bigHeaders)), big.subarray(0, 4_000_000)],
    ],
    ["in the closing boundary", () => [Buffer.from(head("POST", "/direct/doc/any", bigHeaders)), big.subarray(0, -5)]],
    [
      "after the file, in a later part",
      () => [
        Buffer.from(head("POST", "/direct/doc/any", bigHeaders)),
        Buffer.concat([partBytes(upload(png())), partBytes(text("a", "b")).subarray(0, -3)]),
      ],
    ],
  ]

  describe.each(["is killed", "hangs up politely"])("a client that %s", (how) => {
    it.each(stages)("%s leaves no file, finished or not, and the next upload works", async (_, bytes) => {
      const server = await serve()
      const wire = await server.wire()
      const connected = once(server.server, "connection")
      const other = await server.wire()
      other.socket.destroy()
      await connected
      for (const each of bytes(server)) await wire.send(each)
      // There and back, so that the server has seen what was sent.
      await server.request("OPTIONS", "doc/any")
      if (how === "is killed") wire.socket.resetAndDestroy()
      else wire.socket.end()
      await wire.closed
      await Promise.all(server.handled)
      const closing = server.requests.filter(({ req }) => req.method === "POST").map(({ req }) => req)
      for (const req of closing) if (!req.closed) await once(req, "close")
      await Promise.all(server.handled)
      expect(await server.left()).toEqual([])
      expect(server.errors).toEqual([])
      await isWhole(server)
    })
  })

  it("a client gone while authorize thinks is not read from, and leaves nothing", async () => {
    const asked = gate()
    const thinking = gate<boolean>()
    const server = await serve({
      authorize: () => {
        asked.open()
        return thinking.opened
      },
    })
    const wire = await server.wire()
    await wire.send(head("POST", "/direct/doc/any", bigHeaders))
    await wire.send(big.subarray(0, 1000))
    await asked.opened
    const { req } = server.requests[0]!
    const gone = once(req, "close").catch(() => undefined)
    wire.socket.resetAndDestroy()
    await gone
    thinking.open(true)
    await server.handled[0]
    expect(await server.left()).toEqual([])
    expect(server.errors).toEqual([])
  })

  it("a client gone after its whole body, before the answer: the file goes, as nobody has its token", async () => {
    const stored = gate()
    const goOn = gate()
    const server = await serve({
      wrap: (inner) =>
        double(inner, {
          write: async (key, source) => {
            const written = await inner.write(key, source)
            stored.open()
            await goOn.opened
            return written
          },
        }),
    })
    const wire = await server.wire()
    const body = multipart(upload(png()))
    await wire.send(head("POST", "/direct/doc/image", { ...bigHeaders, "Content-Length": body.length }))
    await wire.send(body)
    await stored.opened
    expect(await server.left()).toHaveLength(1)
    const gone = once(server.requests[0]!.res, "close")
    wire.socket.resetAndDestroy()
    await gone
    goOn.open()
    await server.handled[0]
    expect(await server.left()).toEqual([])
    expect(server.errors).toEqual([])
  })

  it("a file that was taken stays when its client has read the answer and gone", async () => {
    const server = await serve()
    const wire = await server.wire()
    const body = multipart(upload(png()))
    await wire.send(head("POST", "/direct/doc/image", { ...bigHeaders, "Content-Length": body.length }))
    await wire.send(body)
    expect((await wire.answer()).json.is_valid).toBe(true)
    wire.socket.resetAndDestroy()
    await wire.closed
    await server.handled[0]
    await isWhole(server)
    expect(await server.left()).toHaveLength(2)
  })
})

describe("P7", () => {
  it.each([
    ["before its body", 0],
    ["in its file", 3_000_000],
  ])("a client that stands still %s is answered 408 upload_timeout, and leaves nothing", async (_, sent) => {
    const server = await serve({ idleSeconds: 0.2 })
    const wire = await server.wire()
    await wire.send(head("POST", "/sticky/doc/any", bigHeaders))
    await wire.send(big.subarray(0, sent))
    expect(await wire.answer()).toMatchObject({
      status: 408,
      headers: { connection: "close" },
      json: { is_valid: false, code: "upload_timeout", details: { idleSeconds: 0.2 } },
    })
    expect(await server.left()).toEqual([])
    expect(server.errors).toEqual([])
  })

  it("a slow client that never stands still is not cut off", async () => {
    const server = await serve({ idleSeconds: 1 })
    const wire = await server.wire()
    const body = multipart(upload(png(1600)))
    await wire.send(head("POST", "/sticky/doc/image", { ...bigHeaders, "Content-Length": body.length }))
    for (let at = 0; at < body.length; at += 200) {
      // Longer in all than it may stand still, and never for as long.
      await new Promise((resolve) => setTimeout(resolve, 150))
      await wire.send(body.subarray(at, at + 200))
    }
    expect((await wire.answer()).json).toMatchObject({ is_valid: true })
  })

  it("a slow storage is not the client's standing still", async () => {
    const server = await serve({
      idleSeconds: 0.1,
      wrap: (inner) =>
        double(inner, {
          write: (key, source) =>
            inner.write(
              key,
              tapped(source, (total) =>
                total < 1_000_000 ? undefined : new Promise((resolve) => setTimeout(resolve, 4)),
              ),
            ),
        }),
    })
    const wire = await server.wire()
    await wire.send(head("POST", "/sticky/doc/any", bigHeaders))
    void wire.send(big)
    expect((await wire.answer()).json).toMatchObject({ is_valid: true, size: 8_000_000 })
  })

  it("a storage slower than the network stops the socket: what is under way stays under two megabytes", async () => {
    const taking = gate()
    const goOn = gate()
    const server = await serve({
      wrap: (inner) =>
        double(inner, {
          write: (key, source) =>
            inner.write(
              key,
              tapped(source, async () => {
                taking.open()
                await goOn.opened
              }),
            ),
        }),
    })
    const wire = await server.wire()
    await wire.send(head("POST", "/sticky/doc/any", bigHeaders))
    const sending = wire.send(big)
    await taking.opened
    const { req } = server.requests[0]!
    if (!req.isPaused()) await once(req, "pause")
    // Other requests there and back: time for whatever would still be read to be read.
    for (let turn = 0; turn < 20; turn += 1) await server.request("OPTIONS", "doc/any")
    expect(req.socket.bytesRead).toBeLessThan(2_000_000)
    expect(wire.socket.writableNeedDrain || wire.socket.writableLength > 0).toBe(true)
    goOn.open()
    await sending
    expect((await wire.answer()).json).toMatchObject({ is_valid: true, size: 8_000_000 })
  })

  it("a client killed while the storage is behind leaves nothing once the storage goes on", async () => {
    const taking = gate()
    const goOn = gate()
    const server = await serve({
      wrap: (inner) =>
        double(inner, {
          write: (key, source) =>
            inner.write(
              key,
              tapped(source, async () => {
                taking.open()
                await goOn.opened
              }),
            ),
        }),
    })
    const wire = await server.wire()
    await wire.send(head("POST", "/direct/doc/any", bigHeaders))
    void wire.send(big)
    await taking.opened
    const { req } = server.requests[0]!
    if (!req.isPaused()) await once(req, "pause")
    wire.socket.resetAndDestroy()
    await wire.closed
    goOn.open()
    await server.handled[0]
    expect(await server.left()).toEqual([])
    expect(server.errors).toEqual([])
  })

  it("thirty uploads at once, half of them killed: half of them stay", async () => {
    const server = await serve()
    const uploads = Array.from({ length: 30 }, async (_, at) => {
      const wire = await server.wire()
      await wire.send(head("POST", "/direct/doc/any", bigHeaders))
      if (at % 2 === 0) {
        void wire.send(big)
        return (await wire.answer()).json.is_valid
      }
      await wire.send(big.subarray(0, 1_000_000 + at * 100_000))
      wire.socket.resetAndDestroy()
      return false
    })
    const answers = await Promise.all(uploads)
    await Promise.all(server.handled)
    for (const { req } of server.requests) if (!req.closed) await once(req, "close")
    await Promise.all(server.handled)
    expect(answers.filter(Boolean)).toHaveLength(15)
    expect(await server.left()).toHaveLength(15)
    expect(server.errors).toEqual([])
  })

  it("an onError that throws ends no process, and the request is answered", async () => {
    const server = await serve({
      wrap: (storage) => double(storage, { write: async () => Promise.reject(new Error("broken")) }),
      onError: () => {
        throw new Error("the logger is broken too")
      },
    })
    const said = vi.spyOn(console, "error").mockReturnValue()
    expect(await server.post("doc/image", [upload(png())])).toMatchObject({
      status: 500,
      json: { code: "internal_error" },
    })
    expect(said).toHaveBeenCalledOnce()
    said.mockRestore()
  })

  it("a body that another parser has eaten already ends in an error, and not in waiting", async () => {
    const server = await serve({
      idleSeconds: 0.5,
      routes: (app) => {
        app.use("/eaten", async (req, res) => {
          for await (const _ of req);
          req.url = `/direct${req.url}`
          app(req, res)
        })
      },
    })
    const answer = await server.post("/eaten/doc/image", [upload(png())])
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(await server.left()).toEqual([])
  })
})
