import { once } from "node:events"
import type { Storage, StoredEntry } from "sticky-uploads/server"
import { describe, expect, it } from "vitest"
import { double, gate } from "./support/doubles.js"
import type { HostName } from "./support/fetch-hosts.js"
import { file, multipart, multipartType, png, text, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { serveFetch } from "./support/serve-fetch.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()

const target = "/sticky/submission.create/upload"
const MiB = 1_048_576

async function listed(storage: Storage): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for await (const entry of storage.list()) entries.push(entry)
  return entries
}

describe.each<HostName>(["Hono", "Fastify"])("sticky-uploads/fetch in %s", (host) => {
  it("takes an upload and answers its token, with the cookies that the context set", async () => {
    const server = await serveFetch(host)
    const answer = await server.post(target, [upload(png(3_000_000))])
    expect(answer).toMatchObject({ status: 200, json: { is_valid: true, filename: "a.png", size: 3_000_000 } })
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"])
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
    expect(await server.left()).toHaveLength(1)
  })

  it("answers a call of tRPC's own adapter beside it, which takes the token", async () => {
    const server = await serveFetch(host)
    const { json } = await server.post(target, [upload(png(300))])
    const call = await server.ask("POST", "/trpc/submission.create", {
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify({ title: "t", upload: json.stored })),
    })
    expect(call.json).toEqual({ result: { data: { title: "t", name: "a.png", size: 300 } } })
    expect(call.headers.getSetCookie()).toEqual(["a=1", "b=2"])
    expect(await server.left()).toEqual([])
  })

  it.each<[string, Record<string, string | number>, number, string]>([
    ["by its length", { "Content-Length": 80 * MiB }, 413, "body_too_large"],
    ["by who sends it", { "Content-Length": 40 * MiB, "X-User": "" }, 403, "upload_forbidden"],
    [
      "by its page, a body without a length",
      { "Transfer-Encoding": "chunked", "Sec-Fetch-Site": "cross-site" },
      403,
      "origin_refused",
    ],
  ])("P4: refuses %s, reaches a client that is still sending, and stops reading", async (_, headers, status, code) => {
    const server = await serveFetch(host, { authorize: ({ ctx }) => ctx.user !== "" })
    const wire = await server.wire()
    await wire.send(head("POST", target, { "X-User": "ann", "Content-Type": multipartType, ...headers }))
    const line = "Transfer-Encoding" in headers ? Buffer.from("100000\r\n") : Buffer.alloc(0)
    const sending = (async () => {
      for (let sent = 0; sent < 40 && !wire.socket.destroyed; sent += 1) {
        await wire.send(Buffer.concat([line, Buffer.alloc(MiB), line.subarray(6)]))
      }
    })()
    expect(await wire.answer()).toMatchObject({ status, json: { is_valid: false, code } })
    await wire.closed
    await sending
    expect(wire.socket.bytesWritten).toBeLessThan(20 * MiB)
    expect(await server.left()).toEqual([])
  })

  it("P6: leaves nothing of a client that goes in the middle of its file", async () => {
    const server = await serveFetch(host)
    const body = multipart(upload(png(4 * MiB)))
    const wire = await server.wire()
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
    await wire.send(head("POST", target, headers))
    await wire.send(body.subarray(0, 2 * MiB))
    wire.socket.destroy()
    expect(await server.refused.take()).toMatchObject({ code: "upload_aborted", subject: "ann" })
    expect(await server.left()).toEqual([])
  })

  it("P6: undoes a file whose client has gone before the answer", async () => {
    const signal = gate<AbortSignal>()
    const written = gate()
    const left = gate()
    const server = await serveFetch(host, {
      seen: (request) => signal.open(request.signal),
      wrap: (inner) =>
        double(inner, {
          async write(key, source) {
            const entry = await inner.write(key, source)
            written.open()
            await left.opened
            return entry
          },
        }),
    })
    const body = multipart(upload(png(300)))
    const wire = await server.wire()
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
    await wire.send(Buffer.concat([Buffer.from(head("POST", target, headers)), body]))
    await written.opened
    expect(await server.left()).toHaveLength(1)
    const gone = once(await signal.opened, "abort")
    wire.socket.destroy()
    await gone
    left.open()
    expect(await server.refused.take()).toMatchObject({ code: "upload_aborted", subject: "ann" })
    expect(await server.left()).toEqual([])
  })

  it("P4: begins to read only once the person is allowed", async () => {
    const asked = gate()
    const thought = gate()
    const server = await serveFetch(host, {
      authorize: async () => {
        asked.open()
        await thought.opened
        return true
      },
    })
    const body = multipart(upload(png(16 * MiB)))
    const wire = await server.wire()
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
    await wire.send(head("POST", target, headers))
    let isSent = false
    const sent = wire.send(body).then(() => {
      isSent = true
    })
    await asked.opened
    // As much as can be under way is, when others have been answered.
    for (let times = 0; times < 5; times += 1) await server.ask("OPTIONS", target)
    expect(isSent).toBe(false)
    thought.open()
    expect(await wire.answer()).toMatchObject({ status: 200, json: { is_valid: true, size: 16 * MiB } })
    await sent
  })

  it("takes a file back", async () => {
    const server = await serveFetch(host)
    const { json } = await server.post(target, [upload(png())])
    const answer = await server.ask("DELETE", target, { headers: { "x-sticky-token": json.stored } })
    expect([answer.status, answer.text, await server.left()]).toEqual([204, "", []])
  })

  it("shows a staged file to whoever uploaded it, in parts too, and to nobody else", async () => {
    const server = await serveFetch(host)
    const bytes = png(200_000)
    const { json } = await server.post(target, [upload(bytes)])
    const { reference } = server.sticky.preview(json.stored, { ctx: { user: "ann" } })
    const url = `http://127.0.0.1:${server.port}/previews/${reference}`
    const whole = await fetch(url, { headers: { "x-user": "ann" } })
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true)
    expect([whole.headers.get("content-type"), whole.headers.get("content-length")]).toEqual(["image/png", "200000"])
    const part = await fetch(url, { headers: { "x-user": "ann", range: "bytes=1-3" } })
    expect([part.status, await part.text()]).toEqual([206, "PNG"])
    expect((await server.ask("GET", `/previews/${reference}`, { headers: { "x-user": "bob" } })).json.code).toBe(
      "preview_forbidden",
    )
  })

  it("takes a form without JavaScript: shows it again with its file, and passes it on when it is mended", async () => {
    const server = await serveFetch(host)
    const first = await server.post("/submissions", [text("title", ""), file("upload", "cat.txt", "meow")])
    expect(first).toMatchObject({
      status: 422,
      json: {
        values: { title: "" },
        errors: { title: ["Give it a title."] },
        files: { upload: [{ name: "cat.txt" }] },
      },
    })
    expect(first.headers.get("cache-control")).toBe("no-store")
    expect(first.headers.getSetCookie()).toEqual(["a=1", "b=2"])
    expect(await server.left()).toHaveLength(1)
    const { token } = first.json.files.upload[0]
    const second = await server.post("/submissions", [
      text("title", "Cat"),
      text("_upload", token),
      file("upload", "", ""),
    ])
    expect([second.status, second.headers.get("location")]).toEqual([303, `http://127.0.0.1:${server.port}/thanks`])
    expect(second.headers.getSetCookie()).toEqual(["a=1", "b=2"])
    expect(await server.left()).toEqual([])
    expect((await listed(server.kept)).map(({ size }) => size)).toEqual([4])
  })

  it("answers a person whose form is refused before it is one with a page", async () => {
    const server = await serveFetch(host)
    const headers = { "sec-fetch-site": "cross-site", accept: "text/html" }
    const answer = await server.post("/submissions", [text("title", "x")], headers)
    expect([answer.status, answer.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"])
    expect(answer.text).toContain("<h1>Uploads from another site are not allowed.</h1>")
  })

  it("P6: hands what a procedure throws to the host, and leaves nothing", async () => {
    const mutate = () => {
      throw new Error("the database is down")
    }
    const server = await serveFetch(host, { mutate })
    const answer = await server.post("/submissions", [text("title", "x"), file("upload", "cat.txt", "meow")])
    expect(answer.status).toBe(500)
    expect(await server.left()).toEqual([])
    expect(await listed(server.kept)).toEqual([])
  })
})
