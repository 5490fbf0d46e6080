import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as after } from "node:timers/promises"
import type { Express } from "express"
import type { RefusedEvent } from "sticky-uploads/server"
import { describe, expect, it, onTestFinished } from "vitest"
import { claimsOf } from "./support/claims.js"
import { file, multipart, multipartType, png, text, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { type Person, type ServeOptions, serve } from "./support/serve.js"
import { serveForm } from "./support/serve-form.js"
import { head, type Wire, wireTo } from "./support/wire.js"

expectNoStrayErrors()

const anonymous: ServeOptions = { authorize: () => true, subject: () => null }
const behindProxy = (app: Express) => void app.set("trust proxy", true)
const from = (address: string) => ({ "x-forwarded-for": address })
const body = multipart(upload(png(5000)))

/** Sends the head of an upload and, of its body, no more than these bytes. */
async function begin(server: { wire(): Promise<Wire> }, path: string, sent: Uint8Array, user = "ann"): Promise<Wire> {
  const wire = await server.wire()
  const headers = { "X-User": user, "Content-Type": multipartType, "Content-Length": body.length }
  await wire.send(head("POST", path, headers))
  await wire.send(sent)
  return wire
}

/** Sends a body a byte at a time. */
async function drip(wire: Wire, bytes: Uint8Array, everyMs: number): Promise<void> {
  for (const byte of bytes) {
    if (wire.socket.destroyed) return
    await wire.send(Uint8Array.of(byte))
    await after(everyMs)
  }
}

describe("quotas.uploadsPerMinute", () => {
  it("refuses one upload more with 429 and when to come again, and reads nothing of it (P4)", async () => {
    const refused: RefusedEvent<Person>[] = []
    const server = await serve({ quotas: { uploadsPerMinute: 2 }, onRefused: (event) => refused.push(event) })
    for (const field of ["image", "other"]) await server.post(`doc/${field}`, [upload(png())])
    const wire = await begin(server, "/sticky/doc/image", new Uint8Array())
    const answer = await wire.answer()
    expect(answer.status).toBe(429)
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(50)
    const { retrySeconds } = answer.json.details
    expect(answer.json).toEqual({
      is_valid: false,
      code: "too_many_uploads",
      errors: { upload: [`More than 2 uploads in a minute. Please try again in ${retrySeconds} seconds.`] },
      details: { maxPerMinute: 2, retrySeconds: Number(answer.headers["retry-after"]) },
    })
    expect(refused).toMatchObject([{ code: "too_many_uploads", status: 429, subject: "ann", target: "doc/image" }])
    expect(server.errors).toEqual([])
    expect(await server.left()).toHaveLength(2)
  })

  it("is one person's: another is not touched by it", async () => {
    const server = await serve({ quotas: { uploadsPerMinute: 1 } })
    await server.post("doc/image", [upload(png())])
    expect(await server.post("doc/image", [upload(png())])).toMatchObject({ status: 429 })
    expect(await server.post("doc/image", [upload(png())], { "x-user": "bob" })).toMatchObject({ status: 200 })
  })

  it("is not used up by what is refused before it: strangers, other sites, bodies that are no form", async () => {
    const server = await serve({ quotas: { uploadsPerMinute: 1 }, authorize: ({ ctx }) => ctx.user === "ann" })
    for (const [status, headers] of [
      [403, { "x-user": "bob" }],
      [403, { "sec-fetch-site": "cross-site" }],
      [415, { "content-type": "application/json" }],
    ] as const)
      expect(await server.post("doc/image", [upload(png())], headers)).toMatchObject({ status })
    expect(await server.post("doc/image", [upload(png())])).toMatchObject({ status: 200 })
  })

  it("counts a form without JavaScript, and shows its sender a page", async () => {
    const form = await serveForm({ quotas: { uploadsPerMinute: 1 } })
    await form.stage("upload", "a.png")
    const parts = [text("title", "a"), file("upload", "b.png", png())]
    const page = await form.submit(parts, { accept: "text/html" })
    expect(page).toMatchObject({ status: 429, text: expect.stringContaining("More than 1 uploads in a minute.") })
    expect(page.headers.get("content-type")).toContain("text/html")
    expect(Number(page.headers.get("retry-after"))).toBeGreaterThan(50)
    expect(await form.submit(parts)).toMatchObject({ status: 429, json: { code: "too_many_uploads" } })
    expect({ calls: form.calls, thrown: form.thrown }).toEqual({ calls: [], thrown: [] })
  })
})

describe("quotas.waitingBytes", () => {
  const quotas = { waitingBytes: 5200, uploadsPerMinute: false } as const
  const full = { status: 429, json: { code: "too_many_bytes", details: { maxBytes: 5200 } } }

  it("counts what is under way, as its length says, and reads nothing of what is too much (P4)", async () => {
    const server = await serve({ quotas })
    const held = await begin(server, "/sticky/doc/any", body.subarray(0, 10))
    await expect.poll(() => server.requests.length).toBe(1)
    const refused = await begin(server, "/sticky/doc/any", new Uint8Array())
    expect(await refused.answer()).toMatchObject({
      ...full,
      headers: { "retry-after": expect.stringMatching(/^\d+$/) },
    })
    expect(await server.post("doc/any", [upload(png())], { "x-user": "bob" })).toMatchObject({ status: 200 })
    await held.send(body.subarray(10))
    expect(await held.answer()).toMatchObject({ status: 200, json: { is_valid: true } })
    expect(await server.post("doc/image", [upload(png(1000))])).toMatchObject(full)
    expect(server.errors).toEqual([])
  })

  it("takes a body without a length for the largest that its field takes", async () => {
    const server = await serve({ quotas: { waitingBytes: 1500 } })
    const chunked = { "X-User": "ann", "Content-Type": multipartType, "Transfer-Encoding": "chunked" }
    const held = await server.wire()
    await held.send(head("POST", "/sticky/doc/note", chunked))
    await expect.poll(() => server.requests.length).toBe(1)
    const refused = await server.wire()
    await refused.send(head("POST", "/sticky/doc/note", chunked))
    expect(await refused.answer()).toMatchObject({ status: 429, json: { code: "too_many_bytes" } })
  })

  it("lets exactly as many through as fit, of many at the same moment", async () => {
    const parts = [upload(png(1000))]
    const server = await serve({ quotas: { ...quotas, waitingBytes: 3 * multipart(...parts).length } })
    const sent = Array.from({ length: 30 }, (_, at) => server.post(at % 2 ? "doc/image" : "doc/other", parts))
    const statuses = (await Promise.all(sent)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(3)
    expect(await server.left()).toHaveLength(3)
  })

  it("is not evaded by a length that is less than what is sent", async () => {
    const server = await serve({ quotas })
    const wire = await server.wire()
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": 300 }
    await wire.send(head("POST", "/direct/doc/any", headers))
    await wire.send(body)
    expect(await wire.answer()).toMatchObject({ status: 400 })
    await Promise.all(server.handled)
    expect(await server.left()).toEqual([])
    expect(await server.post("doc/any", body)).toMatchObject({ status: 200 })
  })

  it("has everything back of an upload whose client is gone", async () => {
    const server = await serve({ quotas })
    const wire = await begin(server, "/direct/doc/any", body.subarray(0, 1000))
    await expect.poll(() => server.handled.length).toBe(1)
    wire.socket.destroy()
    await Promise.all(server.handled)
    expect(await server.left()).toEqual([])
    expect(await server.post("doc/any", body)).toMatchObject({ status: 200 })
  })

  it.each([
    ["a file that is refused", "doc/image", upload("no picture".repeat(480), "a.txt"), 200],
    ["a body without its file", "doc/any", text("note", "x".repeat(4800)), 400],
    ["two files for one", "doc/any", [upload("x".repeat(2400)), upload("x".repeat(2400))], 400],
  ] as const)("has everything back of %s", async (_, target, part, status) => {
    const server = await serve({ quotas })
    const answer = await server.post(target, multipart(...(Array.isArray(part) ? part : [part])))
    expect(answer).toMatchObject({ status, json: { is_valid: false } })
    expect(await server.post("doc/any", body)).toMatchObject({ status: 200 })
  })

  it("has everything back of a file that its storage does not take", async () => {
    let isBroken = true
    const server = await serve({
      quotas,
      wrap: (storage) => ({
        ...storage,
        write: async (key, source) => {
          const written = await storage.write(key, source)
          return isBroken ? { ...written, size: 1 } : written
        },
      }),
    })
    expect(await server.post("doc/any", body)).toMatchObject({ status: 500 })
    isBroken = false
    expect(await server.post("doc/any", body)).toMatchObject({ status: 200 })
  })

  it("has a file's bytes back once it is discarded, and once only", async () => {
    const server = await serve({ quotas: { ...quotas, waitingBytes: 5500 } })
    const small = [upload(png(500))]
    const { json: kept } = await server.post("doc/any", small)
    const { json } = await server.post("doc/any", multipart(upload(png(4500))))
    const rest = { "x-sticky-token": json.stored }
    expect(await server.request("DELETE", "doc/any", rest)).toMatchObject({ status: 204 })
    expect(await server.request("DELETE", "doc/any", rest)).toMatchObject({ status: 204 })
    const wide = { status: 429, json: { code: "too_many_bytes" } }
    expect(await server.post("doc/any", multipart(upload(png(4900))))).toMatchObject(wide)
    await server.request("DELETE", "doc/any", { "x-sticky-token": kept.stored })
    expect(await server.post("doc/any", multipart(upload(png(4900))))).toMatchObject({ status: 200 })
  })

  it("keeps counting a file that could not be removed", async () => {
    const server = await serve({
      quotas,
      wrap: (storage) => ({ ...storage, remove: () => Promise.reject(new Error("read-only")) }),
    })
    const { json } = await server.post("doc/any", body)
    expect(await server.request("DELETE", "doc/any", { "x-sticky-token": json.stored })).toMatchObject({ status: 500 })
    expect(await server.post("doc/any", body)).toMatchObject(full)
  })

  it("has a file's bytes back once it is submitted, with or without a subject, but not when the call fails", async () => {
    for (const options of [{}, anonymous]) {
      let fails = true
      const form = await serveForm({
        ...options,
        quotas: { ...quotas, waitingBytes: 6000 },
        mutate: async ({ input, kept }) => {
          await input.upload.promote(kept)
          if (fails) throw new Error("the database is down")
        },
      })
      const token = await form.stage("upload", "a.png", png(5000))
      const more = () => form.post("/uploads/submission.create/upload", [upload(png(5000))])
      const parts = [text("title", "a"), text("_upload", token)]
      expect(await form.submit(parts)).toMatchObject({ status: 500 })
      expect(await more()).toMatchObject({ status: 429 })
      fails = false
      expect(await form.submit(parts)).toMatchObject({ status: 200 })
      expect(await more()).toMatchObject({ status: 200 })
    }
  })

  it("counts what a form without JavaScript leaves waiting, and nothing of one that passed or was undone", async () => {
    let fails = false
    const form = await serveForm({
      quotas,
      mutate: async ({ input, kept }) => {
        await input.upload.promote(kept)
        if (fails) throw new Error("the database is down")
      },
    })
    const send = (title: string) => form.submit([text("title", title), file("upload", "a.png", png(4900))])
    const more = () => form.post("/uploads/submission.create/upload", [upload(png(4900))])
    expect(await send("passes")).toMatchObject({ status: 200 })
    fails = true
    expect(await send("is undone")).toMatchObject({ status: 500 })
    fails = false
    const shown = await send("")
    expect(shown).toMatchObject({ status: 422 })
    expect(await more()).toMatchObject({ status: 429 })
    const token = shown.json.files.upload[0].token
    expect(await form.submit([text("title", "a"), text("_upload", token)])).toMatchObject({ status: 200 })
    expect(await more()).toMatchObject({ status: 200 })
  })

  it("lets a form with nothing but tokens through when there is not a byte left", async () => {
    const form = await serveForm({ quotas: { ...quotas, waitingBytes: multipart(upload(png(5000))).length } })
    const token = await form.stage("upload", "a.png", png(5000))
    expect(await form.submit([text("title", "x".repeat(50_000)), text("_upload", token)])).toMatchObject({
      status: 200,
    })
  })
})

describe("those without a subject", () => {
  const quotas = { uploadsPerMinute: 1 }

  it("count by the address that the app's proxy says, of IPv6 by the network", async () => {
    const server = await serve({ ...anonymous, quotas, routes: behindProxy })
    const post = async (address: string) => (await server.post("doc/any", [upload(png())], from(address))).status
    expect(await post("203.0.113.7")).toBe(200)
    expect(await post("203.0.113.7")).toBe(429)
    expect(await post("::ffff:203.0.113.7")).toBe(429)
    expect(await post("203.0.113.8")).toBe(200)
    expect(await post("2001:db8:1:2::3")).toBe(200)
    expect(await post("2001:DB8:1:2:ffff::4")).toBe(429)
    expect(await post("2001:db8:1:3::3")).toBe(200)
    expect(server.errors).toEqual([])
  })

  it("cannot make up an address where no proxy is trusted, and the app is told that one may be missing", async () => {
    const server = await serve({ ...anonymous, quotas })
    const post = async (address: string) => (await server.post("doc/any", [upload(png())], from(address))).status
    expect([await post("203.0.113.7"), await post("203.0.113.8"), await post("203.0.113.9")]).toEqual([200, 429, 429])
    expect(server.errors).toMatchObject([{ message: expect.stringContaining("trust proxy") }])
  })

  it("have no address in their token, and those with a subject no hash of one", async () => {
    const server = await serve(anonymous)
    const { json } = await server.post("doc/any", [upload(png())])
    expect(claimsOf(json.stored)).toMatchObject({ by: expect.stringMatching(/^[\w-]{16}$/) })
    expect(JSON.stringify(claimsOf(json.stored))).not.toContain("127.0.0.1")
    const known = await serve()
    const { json: annes } = await known.post("doc/any", [upload(png())])
    expect(claimsOf(annes.stored)).toMatchObject({ sub: "ann" })
    expect(claimsOf(annes.stored)).not.toHaveProperty("by")
  })
})

describe("quotas.uploadsAtOnce", () => {
  it("refuses what is more with 503 and reads nothing of it, as a refusal and no fault (P4)", async () => {
    const refused: RefusedEvent<Person>[] = []
    const form = await serveForm({ quotas: { uploadsAtOnce: 1 }, onRefused: (event) => refused.push(event) })
    const held = await begin(form, "/sticky/doc/any", body.subarray(0, 10))
    await expect.poll(() => form.requests.length).toBe(1)
    const next = await begin(form, "/sticky/doc/any", new Uint8Array(), "bob")
    expect(await next.answer()).toMatchObject({
      status: 503,
      headers: { "retry-after": "1" },
      json: { is_valid: false, code: "server_busy", errors: { upload: [expect.stringContaining("1 second.")] } },
    })
    const page = await form.submit([text("title", "a")], { accept: "text/html" })
    expect(page).toMatchObject({ status: 503, text: expect.stringContaining("Too many uploads at once.") })
    expect(page.headers.get("retry-after")).toBe("1")
    await held.send(body.subarray(10))
    expect(await held.answer()).toMatchObject({ status: 200 })
    expect(await form.post("doc/any", body, { "x-user": "bob" })).toMatchObject({ status: 200 })
    expect(refused).toMatchObject([{ code: "server_busy" }, { code: "server_busy", form: "submission.create" }])
    expect({ told: form.errors, thrown: form.thrown }).toEqual({ told: [], thrown: [] })
  })

  it("is never used up by one person who sends slowly", async () => {
    const server = await serve({ quotas: { uploadsAtOnce: 6 } })
    const held = await Promise.all(
      Array.from({ length: 6 }, () => begin(server, "/sticky/doc/any", body.subarray(0, 10))),
    )
    await expect.poll(() => server.requests.length).toBe(6)
    expect(await server.post("doc/any", body, { "x-user": "bob" })).toMatchObject({ status: 200 })
    for (const { socket } of held) socket.destroy()
  })
})

describe("maxUploadSeconds", () => {
  it("ends an upload that never stands still, whatever its sender does, and leaves nothing (P7)", async () => {
    const server = await serve({ maxUploadSeconds: 0.5, idleSeconds: 30, quotas: { waitingBytes: 5200 } })
    const wire = await begin(server, "/sticky/doc/any", body.subarray(0, 300))
    const dripping = drip(wire, body.subarray(300), 20)
    expect(await wire.answer()).toMatchObject({
      status: 408,
      json: { code: "upload_too_slow", details: { maxSeconds: 0.5 } },
    })
    wire.socket.destroy()
    await dripping
    expect(await server.left()).toEqual([])
    expect(await server.post("doc/any", body)).toMatchObject({ status: 200 })
    expect(server.errors).toEqual([])
  })

  it("ends a form just so", async () => {
    const form = await serveForm({ maxUploadSeconds: 0.5 })
    const wire = await begin(form, "/submissions", new Uint8Array())
    const dripping = drip(wire, body, 20)
    expect(await wire.answer()).toMatchObject({ status: 408, json: { code: "upload_too_slow" } })
    wire.socket.destroy()
    await dripping
  })

  it("holds for as long as the server's own requestTimeout lets it, and the app is told once when that is too short", async () => {
    let app: Express | undefined
    const server = await serve({
      maxUploadSeconds: 20,
      routes: (express) => {
        app = express
      },
    })
    const own = createServer({ requestTimeout: 500, headersTimeout: 500, connectionsCheckingInterval: 50 }, app)
    own.listen(0, "127.0.0.1")
    await once(own, "listening")
    onTestFinished(() => void own.close())
    const { port } = own.address() as AddressInfo
    const slowly = async () => {
      const wire = await begin({ wire: () => wireTo(port) }, "/sticky/doc/any", body.subarray(0, -50))
      await drip(wire, body.subarray(-50), 20)
      return wire.answer()
    }
    expect(await slowly()).toMatchObject({ status: 408, body: "" })
    own.requestTimeout = 20_000
    expect(await slowly()).toMatchObject({ status: 200, json: { is_valid: true } })
    expect(server.errors).toMatchObject([{ message: expect.stringContaining("set server.requestTimeout = 20000") }])
  })
})
