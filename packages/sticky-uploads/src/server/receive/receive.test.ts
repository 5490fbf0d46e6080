import { IncomingMessage } from "node:http"
import { Socket } from "node:net"
import { setImmediate as turn } from "node:timers/promises"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { StickyError } from "../../core/errors.js"
import { longestTimeoutMs, type ReceiveLimits, receive, refuseHeaders } from "./receive.js"

const contentType = "multipart/form-data; boundary=cut"
const generous: ReceiveLimits = {
  maxParts: 5,
  maxHeaderBytes: 500,
  maxBodyBytes: 10_000_000,
  idleSeconds: 30,
  maxSeconds: 600,
}

const chunked = { "content-type": contentType, "transfer-encoding": "chunked" }

function request(headers: Record<string, string> = chunked): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { headers })
}

const part = (name: string, content = "") =>
  `--cut\r\nContent-Disposition: form-data; name="${name}"; filename="${name}.txt"\r\n\r\n${content}\r\n`
const end = "--cut--\r\n"

/** A request whose whole body is there. */
function whole(...pieces: string[]): IncomingMessage {
  const req = request()
  for (const piece of pieces) req.push(piece)
  req.push(null)
  return req
}

async function read(req: IncomingMessage, limits: Partial<ReceiveLimits> = {}): Promise<[string, string][]> {
  const parts: [string, string][] = []
  for await (const each of receive(req, { ...generous, ...limits })) {
    let text = ""
    for await (const chunk of each) text += Buffer.from(chunk).toString()
    parts.push([each.name, text])
  }
  return parts
}

async function failure(reading: Promise<unknown>): Promise<Pick<StickyError, "code" | "details">> {
  const { code, details } = await reading.then(
    () => ({ code: "none", details: {} }) as never,
    (error: StickyError) => error,
  )
  return { code, details: { ...details } } as Pick<StickyError, "code" | "details">
}

describe("refuseHeaders", () => {
  it.each([
    ["a body that we read", { "content-type": contentType }],
    ["its type in capitals", { "content-type": "Multipart/Form-Data; boundary=cut" }],
    ["no coding by its name", { "content-type": contentType, "content-encoding": "identity" }],
  ])("lets %s pass", (_, headers) => {
    expect(refuseHeaders(request(headers))).toBeUndefined()
  })

  it.each([
    ["no type", {}, "content_type_unsupported"],
    ["another type", { "content-type": "text/plain" }, "content_type_unsupported"],
    [
      "a type that only ends like ours",
      { "content-type": "x-multipart/form-data; boundary=cut" },
      "content_type_unsupported",
    ],
    [
      "a type that only begins like ours",
      { "content-type": "multipart/form-datax; boundary=cut" },
      "content_type_unsupported",
    ],
    ["a coding", { "content-type": contentType, "content-encoding": "gzip" }, "content_type_unsupported"],
    ["no boundary", { "content-type": "multipart/form-data" }, "multipart_malformed"],
    ["nothing to read", { "content-type": contentType, "content-length": "0" }, "multipart_malformed"],
  ])("refuses %s", (_, headers, code) => {
    expect(refuseHeaders(request(headers as Record<string, string>))).toMatchObject({ code })
  })

  it("says what is wrong with a body that it refuses", () => {
    const reasons = [{ "content-type": "multipart/form-data" }, { "content-type": contentType, "content-length": "0" }]
    expect(reasons.map((headers) => refuseHeaders(request(headers as Record<string, string>))?.details)).toEqual([
      { reason: "its boundary is missing or not allowed" },
      { reason: "it is empty" },
    ])
    expect(refuseHeaders(request({ "content-type": "text/plain" }))?.details).toEqual({ contentType: "text/plain" })
  })
})

describe("receive", () => {
  it("gives the parts of a body in their order, however it was cut", async () => {
    const body = part("a", "one") + part("b") + end
    const expected = [
      ["a", "one"],
      ["b", ""],
    ]
    expect(await read(whole(body))).toEqual(expected)
    expect(await read(whole(...body))).toEqual(expected)
  })

  it("takes as many parts as are allowed, and not one more", async () => {
    const body = [part("a"), part("b"), part("c"), end]
    expect(await read(whole(...body), { maxParts: 3 })).toHaveLength(3)
    expect(await failure(read(whole(...body), { maxParts: 2 }))).toEqual({
      code: "multipart_limit",
      details: { limit: "parts", max: 2 },
    })
  })

  it("takes as many bytes as are allowed, and not one more", async () => {
    const body = part("a", "x".repeat(100)) + end
    expect(await read(whole(body), { maxBodyBytes: body.length })).toHaveLength(1)
    expect(await failure(read(whole(...body), { maxBodyBytes: body.length - 1 }))).toEqual({
      code: "multipart_limit",
      details: { limit: "bytes", max: body.length - 1 },
    })
  })

  it("tells a body that cannot be read from one that is too much to read", async () => {
    expect(await failure(read(whole("no boundary at all")))).toMatchObject({
      code: "multipart_malformed",
      details: { reason: expect.stringMatching(/\w/) },
    })
    const long = whole(part("a".repeat(600)), end)
    expect(await failure(read(long))).toMatchObject({ code: "multipart_limit", details: { max: 500 } })
  })

  it("refuses a body that ends in the middle of a part", async () => {
    expect(await failure(read(whole(part("a", "one"))))).toMatchObject({ code: "multipart_malformed" })
  })

  it.each([
    ["destroyed", (req: IncomingMessage) => void req.destroy()],
    ["aborted", (req: IncomingMessage) => Object.assign(req, { aborted: true })],
  ])("does not wait for a request that was %s before", async (_, cut) => {
    const req = request()
    cut(req)
    expect(await failure(read(req))).toEqual({ code: "upload_aborted", details: {} })
  })

  it("says that a request was cut, when it was", async () => {
    const req = request()
    const reading = read(req)
    req.push(part("a", "one"))
    await turn()
    req.destroy()
    expect(await failure(reading)).toEqual({ code: "upload_aborted", details: {} })
  })

  it("stops the request at once when it is refused, though its reader is busy", async () => {
    const req = request()
    const parts = receive(req, { ...generous, maxParts: 1 })
    req.push(part("a", "one"))
    await parts.next()
    req.push(part("b"))
    await turn()
    expect(req.isPaused()).toBe(true)
    expect(await failure(parts.next())).toMatchObject({ code: "multipart_limit" })
  })

  it("stops the request when its reader is behind, and goes on when it is not", async () => {
    const req = request()
    const parts = receive(req, generous)
    req.push(part("a").slice(0, -2))
    const { value } = await parts.next()
    const content = value?.[Symbol.asyncIterator]()
    req.push(Buffer.alloc(2_000_000, "x"))
    for (let turns = 0; turns < 5; turns += 1) await turn()
    expect(req.isPaused()).toBe(true)
    let bytes = 0
    while (bytes < 2_000_000) bytes += (await content?.next())?.value?.length ?? 0
    await turn()
    expect(req.isPaused()).toBe(false)
    await parts.return(undefined)
  })

  it("leaves nothing on a request that was read to its end", async () => {
    const req = whole(part("a", "one"), end)
    const before = req.listenerCount("close")
    await read(req)
    expect(req.listenerCount("close")).toBe(before)
  })
})

describe("receive: how long it waits", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }))
  afterEach(() => void vi.useRealTimers())

  /** A request with the first part begun, and what became of reading it. */
  async function begun(limits: Partial<ReceiveLimits>) {
    const req = request()
    const reading = failure(read(req, limits))
    req.push(part("a", "one"))
    await turn()
    let isOver = false
    reading.then(() => {
      isOver = true
    })
    return { req, reading, isOver: () => turn().then(() => isOver) }
  }

  it("gives up when nothing came for too long", async () => {
    const { reading, isOver } = await begun({ idleSeconds: 30 })
    vi.advanceTimersByTime(29_999)
    expect(await isOver()).toBe(false)
    vi.advanceTimersByTime(1)
    expect(await reading).toEqual({ code: "upload_timeout", details: { idleSeconds: 30 } })
  })

  it("begins anew with each bit that comes", async () => {
    const { req, reading, isOver } = await begun({ idleSeconds: 30 })
    vi.advanceTimersByTime(20_000)
    req.push("more")
    await turn()
    vi.advanceTimersByTime(20_000)
    expect(await isOver()).toBe(false)
    vi.advanceTimersByTime(10_000)
    expect(await reading).toMatchObject({ code: "upload_timeout" })
  })

  it("reads what came while this process itself stood still, before it says that nothing did", async () => {
    const { req, reading, isOver } = await begun({ idleSeconds: 30 })
    vi.advanceTimersByTime(30_000)
    req.push("more")
    expect(await isOver()).toBe(false)
    vi.advanceTimersByTime(29_999)
    expect(await isOver()).toBe(false)
    vi.advanceTimersByTime(1)
    expect(await reading).toMatchObject({ code: "upload_timeout" })
  })

  it("gives up when all of it takes too long, however much comes", async () => {
    const { req, reading, isOver } = await begun({ idleSeconds: 30, maxSeconds: 60 })
    for (const seconds of [20, 20, 19]) {
      vi.advanceTimersByTime(seconds * 1000)
      req.push("more")
      await turn()
    }
    expect(await isOver()).toBe(false)
    vi.advanceTimersByTime(1000)
    expect(await reading).toEqual({ code: "upload_too_slow", details: { maxSeconds: 60 } })
  })

  it("takes a time that no timer has for the longest that one has", async () => {
    const { req, isOver, reading } = await begun({ idleSeconds: 1, maxSeconds: longestTimeoutMs })
    expect(await isOver()).toBe(false)
    req.destroy()
    expect(await reading).toMatchObject({ code: "upload_aborted" })
  })

  it("does not count the time in which its reader is behind", async () => {
    const req = request()
    const parts = receive(req, { ...generous, idleSeconds: 30 })
    req.push(part("a").slice(0, -2))
    const { value } = await parts.next()
    req.push(Buffer.alloc(2_000_000, "x"))
    for (let turns = 0; turns < 5; turns += 1) await turn()
    vi.advanceTimersByTime(300_000)
    let bytes = 0
    for await (const chunk of value as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes === 2_000_000) break
    }
    expect(bytes).toBe(2_000_000)
    vi.advanceTimersByTime(30_000)
    expect(await failure(parts.next())).toMatchObject({ code: "upload_timeout" })
  })

  it.each([
    ["read to its end", async (parts: AsyncGenerator) => void (await parts.next())],
    ["left", async (parts: AsyncGenerator) => void (await parts.return(undefined))],
  ])("has no clock running for a request that was %s", async (_, leave) => {
    const parts = receive(whole(part("a", "one"), end), generous)
    await parts.next()
    await leave(parts)
    expect(vi.getTimerCount()).toBe(0)
  })

  it("stops a request that was left before its end", async () => {
    const req = request()
    const parts = receive(req, generous)
    req.push(part("a", "one"))
    await parts.next()
    await parts.return(undefined)
    expect([req.isPaused(), vi.getTimerCount()]).toEqual([true, 0])
  })
})
