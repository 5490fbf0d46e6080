import { once } from "node:events"
import { createServer, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { context, metrics, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api"
import { createOpenTelemetry } from "sticky-uploads/opentelemetry"
import { createTempStorage, StickyError, type Storage } from "sticky-uploads/server"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { collect, keepContexts } from "./support/collect.js"
import { double, gate } from "./support/doubles.js"
import { boundary, png, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { serve, temporaryDirectory } from "./support/serve.js"
import { serveAlbum } from "./support/serve-album.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()
keepContexts()

const target = "album.create/upload"
const name = "Ann's divorce.png"
const picked = (bytes: Uint8Array<ArrayBuffer> = new Uint8Array(png())) => new File([bytes], name)
const untilTotal = (collected: ReturnType<typeof collect>, metric: string, count: number) =>
  expect.poll(() => collected.total(metric)).toBe(count)

/** A span as a sentence: its name, its parent's, and what it says. */
function told({ spans }: ReturnType<typeof collect>) {
  const nameOf = new Map(spans().map((span) => [span.spanContext().spanId, span.name]))
  return spans().map((span) => ({
    name: span.name,
    in: nameOf.get(span.parentSpanContext?.spanId ?? "") ?? span.parentSpanContext?.spanId,
    ...span.attributes,
  }))
}

/** What HTTP's own instrumentation does: each request is a span, and all that it causes belongs to it. */
async function withHttpSpans(
  { tracerProvider }: ReturnType<typeof collect>,
  handler: (...request: Parameters<NonNullable<Parameters<typeof createServer>[1]>>) => void,
) {
  const tracer = tracerProvider.getTracer("http")
  const server: Server = createServer((req, res) => {
    const span = tracer.startSpan(`${req.method}`, { kind: SpanKind.SERVER })
    res.once("close", () => span.end())
    context.with(trace.setSpan(context.active(), span), () => handler(req, res))
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe("createOpenTelemetry", () => {
  it("writes spans of an upload and of its submit, inside of the spans of their requests", async () => {
    const collected = collect()
    const { telemetry } = collected
    const album = await serveAlbum({ telemetry, inspect: [{ name: "clamav", inspect: async () => undefined }] })
    const url = await withHttpSpans(collected, album.app)
    const body = new FormData()
    body.append("upload", picked())
    const answer = await fetch(`${url}/sticky/${target}`, { method: "POST", body, headers: { "x-user": "ann" } })
    const { stored } = (await answer.json()) as { stored: string }
    await fetch(`${url}/trpc/album.create`, {
      method: "POST",
      body: JSON.stringify({ upload: stored }),
      headers: { "content-type": "application/json", "x-user": "ann" },
    })
    await expect.poll(() => collected.spans()).toHaveLength(7)
    const ok = { "sticky.outcome": "ok" }
    const storage = { "sticky.storage": "temp" }
    expect(told(collected)).toEqual(
      expect.arrayContaining([
        { name: "sticky.write", in: "sticky.upload", "sticky.target": target, ...storage, ...ok },
        { name: "sticky.inspect", in: "sticky.upload", "sticky.target": target, "sticky.inspector": "clamav", ...ok },
        { name: "sticky.upload", in: "POST", "sticky.target": target, ...ok },
        { name: "sticky.promote", in: "sticky.submit", "sticky.storage": "disk", ...ok },
        { name: "sticky.submit", in: "POST", "sticky.procedure": "album.create", ...ok },
      ]),
    )
  })

  it("lets what a storage does itself belong to the write and the promotion", async () => {
    const collected = collect()
    const { telemetry, tracerProvider } = collected
    const tracer = tracerProvider.getTracer("s3")
    const inner = createTempStorage({ directory: await temporaryDirectory() })
    const storage = double(inner, {
      write: (key, content) =>
        tracer.startActiveSpan("PutObject", (span) => inner.write(key, content).finally(() => span.end())),
      open(key) {
        tracer.startSpan("GetObject").end()
        return inner.open(key)
      },
    })
    const album = await serveAlbum({ telemetry, storage })
    await album.call(await album.upload(target, picked()))
    await expect.poll(() => collected.spans().map((span) => span.name)).toContain("sticky.submit")
    expect(told(collected).map((span) => `${span.name} in ${span.in}`)).toEqual(
      expect.arrayContaining(["PutObject in sticky.write", "GetObject in sticky.promote"]),
    )
  })

  it("counts files, their bytes and how long they took", async () => {
    const collected = collect()
    const album = await serveAlbum({ telemetry: collected.telemetry })
    const began = performance.now()
    const tokens = [await album.upload(target, picked()), await album.upload(target, picked(new Uint8Array(png(3000))))]
    await album.call(tokens[0])
    await untilTotal(collected, "sticky.file.promoted", 1)
    const took = (performance.now() - began) / 1000
    const staged = { "sticky.target": target, "sticky.storage": "temp" }
    expect(await collected.points("sticky.file.staged")).toEqual([{ attributes: staged, count: 2, sum: 2 }])
    expect(await collected.points("sticky.upload.size")).toEqual([{ attributes: staged, count: 2, sum: 3200 }])
    expect(await collected.points("sticky.file.promoted")).toEqual([
      { attributes: { "sticky.target": target, "sticky.storage": "disk" }, count: 1, sum: 1 },
    ])
    const [uploads] = await collected.points("sticky.upload.duration")
    expect(uploads).toMatchObject({ attributes: { "sticky.target": target, "sticky.outcome": "ok" }, count: 2 })
    expect(uploads?.sum).toBeGreaterThan(0)
    expect(uploads?.sum).toBeLessThan(took)
  })

  it("tells of a plain form as an upload of its procedure and a submit", async () => {
    const collected = collect()
    const album = await serveAlbum({ telemetry: collected.telemetry })
    const body = new FormData()
    body.append("upload", picked())
    await fetch(`${album.url}/album`, { method: "POST", body, headers: { "x-user": "ann" } })
    await expect
      .poll(() => told(collected))
      .toMatchObject([
        { name: "sticky.write", in: "sticky.upload", "sticky.target": target },
        { name: "sticky.upload", "sticky.procedure": "album.create" },
        { name: "sticky.promote", in: "sticky.submit" },
        { name: "sticky.submit", "sticky.procedure": "album.create" },
      ])
    const refused = new FormData()
    refused.append("upload", new File(["just a text"], name))
    await fetch(`${album.url}/album`, { method: "POST", body: refused, headers: { "x-user": "ann" } })
    await untilTotal(collected, "sticky.refusals", 1)
    expect(await collected.points("sticky.refusals")).toMatchObject([
      {
        attributes: { "sticky.target": target, "sticky.procedure": "album.create", "sticky.code": "file_type_refused" },
      },
    ])
  })

  it("calls a refusal no error, and counts it by its code", async () => {
    const collected = collect()
    const album = await serveAlbum({ telemetry: collected.telemetry })
    await album.post(target, new File(["just a text"], name))
    await album.post(target, picked(), "")
    await untilTotal(collected, "sticky.refusals", 2)
    expect(collected.spans().map((span) => [span.name, span.attributes["sticky.code"], span.status.code])).toEqual([
      ["sticky.write", "file_type_refused", SpanStatusCode.UNSET],
      ["sticky.upload", "file_type_refused", SpanStatusCode.UNSET],
      ["sticky.upload", "upload_forbidden", SpanStatusCode.UNSET],
    ])
    expect(await collected.points("sticky.refusals")).toMatchObject([
      { attributes: { "sticky.target": target, "sticky.code": "file_type_refused" }, count: 1 },
      { attributes: { "sticky.target": target, "sticky.code": "upload_forbidden" }, count: 1 },
    ])
    expect(await collected.total("sticky.failures")).toBe(0)
  })

  it("counts what a submit refuses, and calls what its procedure throws neither a refusal nor an error", async () => {
    const collected = collect()
    const album = await serveAlbum({
      telemetry: collected.telemetry,
      handle: async () => {
        throw new Error("no seat left")
      },
    })
    const token = await album.upload(target, picked())
    await album.call(`${token.slice(0, -2)}AA`)
    await album.call(token)
    const submits = () => collected.spans().filter((span) => span.name === "sticky.submit")
    await expect.poll(submits).toHaveLength(2)
    expect(submits().map(({ attributes, status }) => ({ ...attributes, status: status.code }))).toEqual([
      {
        "sticky.procedure": "album.create",
        "sticky.outcome": "refused",
        "sticky.code": "token_tampered",
        status: SpanStatusCode.UNSET,
      },
      { "sticky.procedure": "album.create", "sticky.outcome": "undone", status: SpanStatusCode.UNSET },
    ])
    expect(await collected.points("sticky.refusals")).toMatchObject([
      { attributes: { "sticky.procedure": "album.create", "sticky.code": "token_tampered" }, count: 1 },
    ])
  })

  it("calls what fails on our side an error, with its code", async () => {
    const collected = collect()
    const failing = double(createTempStorage({ directory: await temporaryDirectory() }), {
      write: () =>
        Promise.reject(
          new StickyError("storage_failed", { storage: "temp", operation: "write" }, `no room for ${name}`),
        ),
    })
    const album = await serveAlbum({ telemetry: collected.telemetry, storage: failing })
    await album.post(target, picked())
    await untilTotal(collected, "sticky.failures", 1)
    const error = { code: SpanStatusCode.ERROR, message: "storage_failed" }
    expect(collected.spans().map((span) => [span.name, span.attributes["error.type"], span.status])).toEqual([
      ["sticky.write", "storage_failed", error],
      ["sticky.upload", "storage_failed", error],
    ])
    expect(await collected.points("sticky.upload.duration")).toMatchObject([
      { attributes: { "sticky.target": target, "sticky.outcome": "failed", "error.type": "storage_failed" }, count: 1 },
    ])
    expect(await collected.points("sticky.failures")).toMatchObject([
      { attributes: { "error.type": "storage_failed" }, count: 1 },
    ])
    expect(collected.spans().flatMap((span) => span.events)).toEqual([])
  })

  it("calls a promotion an error that fails, and the submit that it failed", async () => {
    const collected = collect()
    const { telemetry } = collected
    const uploads = double(createTempStorage({ directory: await temporaryDirectory(), name: "archive" }), {
      copyFrom: async () => false,
      write: () => Promise.reject(new Error("disk full")),
    })
    const album = await serveAlbum({ telemetry, handle: (file) => file.promote(uploads) })
    await album.call(await album.upload(target, picked()))
    await expect.poll(() => collected.spans().map((span) => span.name)).toContain("sticky.submit")
    expect(told(collected).slice(-2)).toEqual([
      {
        name: "sticky.promote",
        in: "sticky.submit",
        "sticky.storage": "archive",
        "sticky.outcome": "failed",
        "error.type": "internal_error",
      },
      { name: "sticky.submit", in: undefined, "sticky.procedure": "album.create", "sticky.outcome": "undone" },
    ])
  })

  it("tells of a sweep and of what it removed", async () => {
    const collected = collect()
    const album = await serveAlbum({ telemetry: collected.telemetry, expiresInSeconds: 1 })
    await album.upload(target, picked())
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 7_200_000 })
    onTestFinished(() => void vi.useRealTimers())
    await album.sticky.sweep()
    await untilTotal(collected, "sticky.file.swept", 1)
    const storage = { "sticky.storage": "temp" }
    expect(await collected.points("sticky.file.swept")).toEqual([
      { attributes: { ...storage, "sticky.kind": "staged" }, count: 1, sum: 1 },
      { attributes: { ...storage, "sticky.kind": "unfinished" }, count: 0, sum: 0 },
    ])
    expect(told(collected).at(-1)).toEqual({ name: "sticky.sweep", in: undefined, "sticky.outcome": "ok" })
    expect(await collected.total("sticky.sweep.duration")).toBe(1)
  })

  it("counts for a meter that the app sets up later", async () => {
    const telemetry = createOpenTelemetry()
    const collected = collect()
    metrics.setGlobalMeterProvider(collected.meterProvider)
    trace.setGlobalTracerProvider(collected.tracerProvider)
    onTestFinished(() => {
      metrics.disable()
      trace.disable()
    })
    const album = await serveAlbum({ telemetry })
    await album.upload(target, picked())
    await untilTotal(collected, "sticky.file.staged", 1)
    expect(collected.spans().map((span) => span.name)).toEqual(["sticky.write", "sticky.upload"])
  })
})

describe("what is in flight", () => {
  const begun = (path: string, type = `multipart/form-data; boundary=${boundary}`) =>
    head("POST", path, { "x-user": "ann", "content-type": type, "content-length": 3000 })
  const part = `--${boundary}\r\nContent-Disposition: form-data; name="upload"; filename="a.png"\r\n\r\n`
  const start = (path = "/sticky/doc/any") => begun(path) + part
  const inFlight = (collected: ReturnType<typeof collect>, count: number) =>
    expect.poll(async () => (await collected.points("sticky.upload.active")).map(({ sum }) => sum)).toEqual([count])

  it("is counted while it is, and not any more when the client has broken off", async () => {
    const collected = collect()
    const server = await serve({ telemetry: collected.telemetry })
    const wires = [await server.wire(), await server.wire()]
    for (const wire of wires) await wire.send(start())
    await inFlight(collected, 2)
    wires[0]?.socket.destroy()
    await inFlight(collected, 1)
    wires[1]?.socket.destroy()
    await inFlight(collected, 0)
    await untilTotal(collected, "sticky.refusals", 2)
    expect(await collected.points("sticky.upload.duration")).toMatchObject([
      { attributes: { "sticky.target": "doc/any", "sticky.outcome": "refused" }, count: 2 },
    ])
  })

  type Options = Parameters<typeof serve>[0]
  const throws = () => {
    throw new Error("crashed")
  }
  const withTemp = (acts: Partial<Storage>): Options => ({ wrap: (storage) => double(storage, acts) })
  const ends: [string, Options, string][] = [
    ["that was staged", {}, "ok"],
    ["that nobody may send", { authorize: () => false }, "refused"],
    ["whose context crashes", { createContext: throws }, "failed"],
    ["whose authorize crashes", { authorize: throws }, "failed"],
    ["whose subject crashes", { subject: throws }, "failed"],
    ["whose storage throws at once", withTemp({ write: throws }), "failed"],
    ["whose storage fails", withTemp({ write: () => Promise.reject(new Error("disk full")) }), "failed"],
    ["whose inspector crashes", { inspect: [{ name: "scan", inspect: throws }] }, "refused"],
    ["over its quota", { quotas: { waitingBytes: 10 } }, "refused"],
  ]

  it.each(ends)("is over with an upload %s", async (_, options, outcome) => {
    const collected = collect()
    const server = await serve({ telemetry: collected.telemetry, ...options })
    await server.post("doc/any", [upload(png(), name)])
    await expect
      .poll(() => collected.points("sticky.upload.duration"))
      .toMatchObject([{ attributes: { "sticky.target": "doc/any", "sticky.outcome": outcome }, count: 1 }])
    await inFlight(collected, 0)
  })

  it("is over with an upload to no target, one that stands still, and one whose client is gone before its answer", async () => {
    const collected = collect()
    const writing = gate()
    const reached = gate()
    const server = await serve({
      telemetry: collected.telemetry,
      idleSeconds: 0.05,
      wrap: (storage) =>
        double(storage, {
          async write(key, content) {
            const written = await storage.write(key, content)
            reached.open()
            await writing.opened
            return written
          },
        }),
    })
    await server.post("doc/none", [upload(png(), name)])
    const still = await server.wire()
    await still.send(start())
    expect((await still.answer()).json).toMatchObject({ code: "upload_timeout" })
    const gone = await server.wire()
    await gone.send(
      head("POST", "/direct/doc/any", {
        "x-user": "ann",
        "content-type": `multipart/form-data; boundary=${boundary}`,
        "content-length": part.length + 200 + boundary.length + 8,
      }) + part,
    )
    await gone.send(png(200))
    await gone.send(`\r\n--${boundary}--\r\n`)
    await reached.opened
    const left = once(server.requests.at(-1)?.res as ServerResponse, "close")
    gone.socket.destroy()
    await left
    writing.open()
    await server.handled[0]
    await untilTotal(collected, "sticky.refusals", 3)
    expect((await collected.points("sticky.upload.active")).map(({ sum }) => sum)).toEqual([0, 0])
  })
})

describe("a stranger", () => {
  it("can make no metric grow, and write nothing into a span", async () => {
    const collected = collect()
    const server = await serve({ telemetry: collected.telemetry })
    const seriesOf = async () =>
      (await collected.metrics()).flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes }) => `${descriptor.name} ${JSON.stringify(attributes)}`),
      )
    async function attack(mark: string) {
      await server.post(`made-up-${mark}/field`, [upload(png(), name)])
      await server.post(`doc/items.${mark.length}.photo`, [upload("no picture", `made-up-${mark}.png`)], {
        "x-user": `made-up-${mark}`,
      })
      await server.request("PATCH", `doc/made-up-${mark}`)
      await server.request("PATCH", `doc/made-up-${mark}`)
      await server.request("DELETE", "doc/any", { "x-sticky-token": `made-up-${mark}.made-up-${mark}.made-up-${mark}` })
      await server.post("doc/any", [upload(png(), name)], { origin: `https://made-up-${mark}.example` })
      await server.post("doc/any", [upload(png(), name)], { "content-type": `made-up/${mark}` })
    }
    await attack("first")
    await untilTotal(collected, "sticky.refusals", 7)
    const before = await seriesOf()
    for (let turn = 0; turn < 5; turn += 1) await attack(`turn-${turn}-${"x".repeat(turn)}`)
    await untilTotal(collected, "sticky.refusals", 42)
    expect(await seriesOf()).toEqual(before)
    expect(before.join()).not.toContain("made-up")
    expect(
      JSON.stringify(
        collected.spans().map(({ name: named, attributes, status, events }) => [named, attributes, status, events]),
      ),
    ).not.toContain("made-up")
  })

  it("finds no token, key, name or person in what is written", async () => {
    const collected = collect()
    const staged = vi.fn()
    const album = await serveAlbum({ telemetry: collected.telemetry, onStaged: staged, checksum: "sha256" })
    const token = await album.upload(target, picked(), "ann-of-sales")
    const { stored } = await album.call(token, "ann-of-sales")
    await album.call(token, "ann-of-sales")
    await album.call(token, "bob-of-sales")
    await untilTotal(collected, "sticky.refusals", 2)
    const written = JSON.stringify([
      await collected.metrics(),
      collected
        .spans()
        .map(({ name: named, attributes, status, events, links }) => [named, attributes, status, events, links]),
    ])
    expect(written).toContain("token_used")
    const [{ id, sha256 }] = staged.mock.calls[0] as [{ id: string; sha256: string }]
    for (const secret of [token, id, sha256, stored?.key as string, "divorce", "of-sales"])
      expect(written).not.toContain(secret)
  })
})

describe("a telemetry that fails", () => {
  const broken = () => {
    throw new Error("no exporter")
  }
  afterEach(() => vi.restoreAllMocks())

  it("harms no upload, no submit and no sweep; onError is told", async () => {
    const album = await serveAlbum({
      telemetry: {
        begin: () => ({ run: broken, end: broken }),
        onStaged: () => Promise.reject(new Error("no exporter")),
        onRefused: broken,
        onPromoted: broken,
        onSwept: broken,
      },
    })
    const token = await album.upload(target, picked())
    expect(await album.call(token)).toMatchObject({ status: 200 })
    expect(await album.call(token)).toMatchObject({ issues: ["upload: token_used"] })
    expect((await album.post(target, new File(["text"], name))).body).toMatchObject({ code: "file_type_refused" })
    await album.sticky.sweep()
    await expect.poll(() => album.errors.length).toBeGreaterThanOrEqual(12)
    expect(new Set(album.errors.map(String))).toEqual(new Set(["Error: no exporter"]))
  })

  it("does not keep onError from being told, nor the process alive in circles", async () => {
    const printed = vi.spyOn(console, "error").mockImplementation(() => undefined)
    const album = await serveAlbum({ telemetry: { begin: broken, onError: broken } })
    await album.upload(target, picked())
    await expect.poll(() => album.errors).toHaveLength(2)
    expect(printed).toHaveBeenCalledTimes(2)
  })
})
