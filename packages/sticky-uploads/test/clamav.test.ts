import { once } from "node:events"
import { createServer } from "node:net"
import { type Clamd, infection, knownFile, knownSignature, signature, startClamd } from "@sticky-uploads/services"
import { createClamavInspector } from "sticky-uploads/clamav"
import type { InspectedFile } from "sticky-uploads/server"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { png, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { serve } from "./support/serve.js"

expectNoStrayErrors()

const MiB = 1_048_576
const never = () => new AbortController().signal

/** A file to inspect, and how far it was read. */
function fileOf(chunks: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>, size: number) {
  const read = { bytes: 0, isClosed: false }
  const file: InspectedFile = {
    name: "a.bin",
    size,
    type: "application/octet-stream",
    sha256: undefined,
    target: "a/b",
    open: async () =>
      (async function* () {
        try {
          for await (const chunk of chunks()) {
            read.bytes += chunk.length
            yield chunk
          }
        } finally {
          read.isClosed = true
        }
      })(),
  }
  return { file, read }
}

const fileWith = (text: string) => fileOf(() => [Buffer.from(text)], Buffer.byteLength(text)).file

/** So many mebibytes that are never all there: each is the same one. */
function* mebibytes(count: number, last?: Uint8Array): Generator<Uint8Array> {
  const chunk = Buffer.alloc(MiB, "harmless ")
  for (let sent = 0; sent < count; sent += 1) yield chunk
  if (last) yield last
}

async function start(settings?: Record<string, string>): Promise<Clamd> {
  const clamd = await startClamd(settings)
  onTestFinished(clamd.stop)
  return clamd
}

describe("createClamavInspector", () => {
  describe("with clamd", () => {
    let clamd: Clamd
    beforeAll(async () => {
      clamd = await startClamd({ StreamMaxLength: "120M", MaxScanSize: "200M", MaxFileSize: "120M" })
    })
    afterAll(() => clamd.stop())

    const ways = [
      ["a socket", () => ({ path: clamd.path })],
      ["TCP", () => ({ host: "127.0.0.1", port: clamd.port })],
      ["TCP without a host", () => ({ port: clamd.port })],
    ] as const
    it.each(ways)("lets clean files pass and names what it finds in others, over %s", async (_, at) => {
      const { inspect, name, onFailure } = createClamavInspector({ clamd: at() })
      expect({ name, onFailure }).toEqual({ name: "clamav", onFailure: "refuse" })
      expect(await inspect(fileWith("harmless"), never())).toBeUndefined()
      expect(await inspect(fileWith(`before ${infection} after`), never())).toBe(signature)
      expect(await inspect(fileWith(knownFile), never())).toBe(knownSignature)
      expect(await inspect(fileWith(""), never())).toBeUndefined()
    })

    it("finds what lies across two chunks, and passes over empty ones", async () => {
      const { inspect } = createClamavInspector({ clamd: { path: clamd.path } })
      const bytes = Buffer.from(infection)
      const chunks = [bytes.subarray(0, 7), new Uint8Array(0), bytes.subarray(7)]
      expect(await inspect(fileOf(() => chunks, bytes.length).file, never())).toBe(signature)
    })

    it("streams 100 MiB and holds none of it", async () => {
      const { inspect } = createClamavInspector({ clamd: { path: clamd.path } })
      const last = Buffer.from(infection)
      const before = process.memoryUsage().arrayBuffers
      let most = 0
      async function* measured() {
        for (const chunk of mebibytes(100, last)) {
          most = Math.max(most, process.memoryUsage().arrayBuffers - before)
          yield chunk
        }
      }
      const { file, read } = fileOf(measured, 100 * MiB + last.length)
      expect(await inspect(file, never())).toBe(signature)
      expect(read.bytes).toBe(file.size)
      console.info(`100 MiB to clamd: ${(most / MiB).toFixed(1)} MiB more in buffers`)
      expect(most).toBeLessThan(8 * MiB)
    })

    it("scans many at once", async () => {
      const { inspect } = createClamavInspector({ clamd: { path: clamd.path } })
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, each) => inspect(fileWith(each % 2 ? infection : `file ${each}`), never())),
      )
      expect(answers).toEqual(Array.from({ length: 60 }, (_, each) => (each % 2 ? signature : undefined)))
    })

    it("takes no part of a file for the whole", async () => {
      const { inspect } = createClamavInspector({ clamd: { path: clamd.path } })
      const { file } = fileOf(() => [Buffer.from("the first half")], 100)
      await expect(inspect(file, never())).rejects.toThrow("the storage gave 14 of the 100 bytes to scan")
    })

    it("fails with the storage's own error", async () => {
      const { inspect } = createClamavInspector({ clamd: { path: clamd.path } })
      const file = fileWith("x")
      const gone = { ...file, open: () => Promise.reject(new Error("no such file")) }
      await expect(inspect(gone, never())).rejects.toThrow("no such file")
      async function* breaking() {
        yield Buffer.from("x")
        throw new Error("the disk broke")
      }
      await expect(inspect(fileOf(breaking, 2).file, never())).rejects.toThrow("the disk broke")
    })
  })

  it("fails on a file over StreamMaxLength, and reads no further", async () => {
    const { path, port } = await start({ StreamMaxLength: "1M" })
    for (const clamd of [{ path }, { port }]) {
      const { file, read } = fileOf(() => mebibytes(500), 500 * MiB)
      await expect(createClamavInspector({ clamd }).inspect(file, never())).rejects.toThrow(
        /clamd answered "INSTREAM size limit exceeded. ERROR"|over its StreamMaxLength/,
      )
      expect(read.bytes).toBeLessThan(50 * MiB)
    }
  })

  it("calls a file over MaxFileSize clean, as clamd does, and refuses it where clamd is told to", async () => {
    const infected = fileOf(() => mebibytes(2, Buffer.from(infection)), 2 * MiB + infection.length).file
    const scan = ({ path }: Clamd) => createClamavInspector({ clamd: { path } }).inspect(infected, never())
    expect(await scan(await start())).toBe(signature)
    expect(await scan(await start({ MaxFileSize: "1M" }))).toBeUndefined()
    expect(await scan(await start({ MaxFileSize: "1M", AlertExceedsMax: "yes" }))).toBe(
      "Heuristics.Limits.Exceeded.MaxFileSize",
    )
  })

  it("fails when clamd is killed while it gets a file, and while it scans one", async () => {
    const clamd = await start()
    const { inspect } = createClamavInspector({ clamd: { path: clamd.path } })
    async function* slow() {
      yield Buffer.from("one")
      await clamd.kill()
      while (true) yield Buffer.alloc(MiB)
    }
    const { file, read } = fileOf(slow, Number.MAX_SAFE_INTEGER)
    await expect(inspect(file, never())).rejects.toThrow(/clamd broke off|closed the connection/)
    expect(read.bytes).toBeLessThan(5 * MiB)

    const other = await start()
    other.halt()
    const scanning = createClamavInspector({ clamd: { path: other.path } }).inspect(fileWith("x"), never())
    const ended = expect(scanning).rejects.toThrow(/clamd broke off|closed the connection/)
    await other.kill()
    await ended
  })

  it("waits no longer than it was told for a clamd that takes connections and says nothing", async () => {
    const clamd = await start()
    clamd.halt()
    for (const at of [{ path: clamd.path }, { port: clamd.port }]) {
      const { inspect } = createClamavInspector({ clamd: at, idleSeconds: 0.1 })
      const { file, read } = fileOf(() => mebibytes(500), 500 * MiB)
      await expect(inspect(file, never())).rejects.toThrow("clamd said nothing for 0.1 s")
      expect(read.bytes).toBeLessThan(50 * MiB)
    }
  })

  it("stops when nobody waits any more, and closes what it reads", async () => {
    const clamd = await start()
    clamd.halt()
    const stop = new AbortController()
    const { file, read } = fileOf(() => mebibytes(500), 500 * MiB)
    const scanning = createClamavInspector({ clamd: { path: clamd.path } }).inspect(file, stop.signal)
    stop.abort(new Error("the file was discarded"))
    await expect(scanning).rejects.toThrow("the file was discarded")
    await new Promise((resolve) => setImmediate(resolve))
    expect(read.isClosed || read.bytes === 0).toBe(true)
  })

  it("fails when nobody listens, be it a port or a path", async () => {
    const server = createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    const { port } = server.address() as { port: number }
    server.close()
    await once(server, "close")
    const inspect = (clamd: { path: string } | { port: number }) =>
      createClamavInspector({ clamd }).inspect(fileWith("x"), never())
    await expect(inspect({ port })).rejects.toThrow("ECONNREFUSED")
    await expect(inspect({ path: "/nowhere/clamd.sock" })).rejects.toThrow("ENOENT")
  })

  // Doubles: no clamd says these things.
  const strangers: [string, string, string | RegExp][] = [
    ["something that ends with OK", "other: OK\0", 'clamd answered "other: OK"'],
    ["half an answer", "stream: O", "closed the connection without an answer"],
    ["an answer without its end", "stream: OK", "closed the connection without an answer"],
    ["something without end", "HTTP/1.1 ".repeat(10_000), /no clamd|closed the connection/],
  ]
  it.each(strangers)("takes %s for no answer", async (_, answer, message) => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined)
      socket.once("data", () => socket.end(answer))
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    await expect(createClamavInspector({ clamd: { port } }).inspect(fileWith("x"), never())).rejects.toThrow(message)
  })

  it("takes no idleSeconds that make no sense", () => {
    for (const idleSeconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => createClamavInspector({ idleSeconds })).toThrow(TypeError)
    }
  })
})

describe("an endpoint with clamd behind it", () => {
  it("refuses what clamd finds, in a picture too, and takes all else", async () => {
    const { path } = await start()
    const server = await serve({ inspect: [createClamavInspector({ clamd: { path } })] })
    expect(await server.post("doc/image", [upload(Buffer.concat([png(), Buffer.from(infection)]))])).toMatchObject({
      status: 200,
      json: { is_valid: false, code: "file_refused", details: { inspector: "clamav", reason: signature } },
    })
    expect(await server.left()).toEqual([])
    expect((await server.post("doc/image", [upload(png())])).json).toMatchObject({ is_valid: true })
    expect(server.errors).toEqual([])
  })

  it("takes nothing while clamd is down, and goes on when it is back", async () => {
    const clamd = await start()
    const server = await serve({ inspect: [createClamavInspector({ clamd: { port: clamd.port } })] })
    await clamd.kill()
    const answer = await server.post("doc/image", [upload(png())])
    expect(answer).toMatchObject({ status: 503, json: { code: "inspection_failed", details: { inspector: "clamav" } } })
    expect(await server.left()).toEqual([])
    expect(server.errors[0]).toMatchObject({ code: "ECONNREFUSED" })
    await start({ TCPSocket: `${clamd.port}` })
    expect((await server.post("doc/image", [upload(png())])).json).toMatchObject({ is_valid: true })
  })
})
