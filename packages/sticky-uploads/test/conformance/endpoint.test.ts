import { join } from "node:path"
import { stickyEndpoint } from "sticky-uploads/express"
import { stickyField } from "sticky-uploads/html"
import { createDiskStorage, createSticky, createTempStorage, handleUpload, type Sticky } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { describe, expect, it } from "vitest"
import { claimsOf } from "../support/claims.js"
import { file, multipartType, partBytes, png, text, upload } from "../support/multipart.js"
import { type Person, personOf, type Served, schemas, serve, temporaryDirectory } from "../support/serve.js"
import { head } from "../support/wire.js"

const secrets = ["a secret of more than thirty-two bytes"]
const createContext = ({ req }: { req: Parameters<typeof personOf>[0] }): Person => personOf(req)

/** Sends the head of an upload, and never a byte of the body that it declares. */
async function sendHead(server: Served, headers: Record<string, string | number>, target = "doc/image") {
  const wire = await server.wire()
  await wire.send(head("POST", `/sticky/${target}`, { "Content-Type": multipartType, ...headers }))
  return wire
}

/** One piece of a chunked body. */
const chunk = (bytes: Uint8Array) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")])

describe("V1 an upload is a POST: any other method is 405 with Allow, and OPTIONS is answered", () => {
  it.each(["GET", "PUT", "PATCH"])("%s is refused in JSON, and Allow says what is taken", async (method) => {
    const server = await serve()
    const answer = await server.request(method, "doc/image")
    expect(answer).toMatchObject({ status: 405, json: { is_valid: false, code: "method_not_allowed" } })
    expect(answer.headers.get("allow")).toBe("POST, DELETE, OPTIONS")
  })

  it("OPTIONS is answered to anyone, with Allow and no body", async () => {
    const server = await serve()
    const answer = await server.request("OPTIONS", "doc/image", { "x-user": "" })
    expect(answer).toMatchObject({ status: 204, text: "" })
    expect(answer.headers.get("allow")).toBe("POST, DELETE, OPTIONS")
  })
})

describe("V2 a hook says who may upload; it is closed by default, and a refusal is 403 in JSON", () => {
  it("a server without the hook does not start", () => {
    const open = { secrets, storage: createTempStorage() }
    expect(() => createSticky(open as never)).toThrow("createSticky needs authorize")
  })

  it("who is refused gets 403 with a message and a code, where the original's body was empty", async () => {
    const server = await serve({ authorize: ({ ctx, target }) => ctx.user === "ann" && target === "doc/image" })
    const refused = {
      status: 403,
      json: { is_valid: false, errors: { upload: ["You are not allowed to upload here."] }, code: "upload_forbidden" },
    }
    expect(await server.post("doc/image", [upload(png())], { "x-user": "bob" })).toMatchObject(refused)
    expect(await server.post("doc/other", [upload(png())])).toMatchObject(refused)
    expect(await server.left()).toEqual([])
    expect((await server.post("doc/image", [upload(png())])).json).toMatchObject({ is_valid: true })
  })

  it.each([undefined, 1, "yes", {}])("a hook that says %j lets nobody in: only true does", async (said) => {
    const server = await serve({ authorize: () => said as never })
    expect((await server.post("doc/image", [upload(png())])).status).toBe(403)
  })
})

describe("V3 permission is asked before one byte of the body is read", () => {
  it("the refusal comes though no byte of the body was ever sent", async () => {
    const server = await serve({ authorize: () => false })
    const wire = await sendHead(server, { "X-User": "ann", "Content-Length": 99_000_000 })
    expect(await wire.answer()).toMatchObject({ status: 403, json: { code: "upload_forbidden" } })
  })

  it("neither the context nor the hook sees a request that was read from, though its body is there", async () => {
    const seen: boolean[] = []
    const server = await serve({
      createContext: ({ req }) => {
        seen.push(req.readableDidRead)
        return personOf(req)
      },
      authorize: ({ req }) => {
        seen.push(req.readableDidRead)
        return true
      },
    })
    expect((await server.post("doc/image", [upload(png())])).json).toMatchObject({ is_valid: true })
    expect(seen).toEqual([false, false])
    expect(server.requests[0]?.req.readableDidRead).toBe(true)
  })
})

describe("V4 the part is called upload, whatever the form field is called", () => {
  it.each(["doc/image", "doc/other", "doc/items.*.photo"])("%s takes its file as part upload", async (target) => {
    const server = await serve()
    const { json } = await server.post(target, [upload(png())])
    expect(claimsOf(json.stored).aud).toBe(target)
  })

  it("a file under the field's own name is not the upload", async () => {
    const server = await serve()
    expect(await server.post("doc/image", [file("image", "a.png", png())])).toMatchObject({
      status: 400,
      json: { code: "upload_missing", details: { part: "upload" } },
    })
    expect(await server.left()).toEqual([])
  })
})

describe("V5 limits, storage and permission can differ by endpoint and by field", () => {
  it("two endpoints of one app have their own", async () => {
    const directory = await temporaryDirectory()
    const letters = createSticky<Person>({
      secrets,
      storage: createDiskStorage({ directory }),
      authorize: ({ ctx }) => ctx.user === "bob",
      sweepEverySeconds: false,
    })
    const note = z.object({ note: z.stickyFile({ maxBytes: 4 }) })
    const server = await serve({
      routes: (app) => app.use("/letters", stickyEndpoint({ sticky: letters, schemas: { note }, createContext })),
    })
    const post = (path: string, bytes: string, user: string) =>
      server.post(path, [upload(bytes, "a.txt")], { "x-user": user })
    expect(await post("/sticky/doc/note", "ten letters", "ann")).toMatchObject({ json: { is_valid: true } })
    expect(await post("/letters/note/note", "four", "ann")).toMatchObject({ status: 403 })
    expect(await post("/letters/note/note", "five.", "bob")).toMatchObject({ json: { code: "file_too_large" } })
    expect(await post("/letters/note/note", "four", "bob")).toMatchObject({ json: { is_valid: true } })
    expect([await server.left(), await keysOf(directory)]).toEqual([[expect.any(String)], [expect.any(String)]])
  })

  it("two fields of one endpoint have their own", async () => {
    const directory = await temporaryDirectory()
    const byField = createSticky<Person>({
      secrets,
      storage: (target) => createDiskStorage({ directory: join(directory, target.replace("/", "-")) }),
      authorize: ({ ctx, target }) => target === "doc/note" || ctx.user === "bob",
      sweepEverySeconds: false,
    })
    const server = await serve({
      routes: (app) => app.use("/by-field", stickyEndpoint({ sticky: byField, schemas, createContext })),
    })
    expect((await server.post("/by-field/doc/note", [upload("ten letters", "a.txt")])).status).toBe(200)
    expect((await server.post("/by-field/doc/image", [upload(png())])).status).toBe(403)
    expect((await server.post("/by-field/doc/image", [upload(png())], { "x-user": "bob" })).status).toBe(200)
    expect(await keysOf(join(directory, "doc-note"))).toHaveLength(1)
    expect(await keysOf(join(directory, "doc-image"))).toHaveLength(1)
  })

  async function keysOf(directory: string): Promise<string[]> {
    const keys: string[] = []
    for await (const { key } of createDiskStorage({ directory }).list()) keys.push(key)
    return keys
  }
})

describe("V6 a file that is taken is 200 with the original's keys, and more behind them", () => {
  it("as the original's script asks for it: is_valid, filename, url, stored, then size, type and expires", async () => {
    const server = await serve()
    const headers = { "x-csrftoken": "from the cookie", "x-requested-with": "XMLHttpRequest" }
    const { status, json } = await server.post("doc/image", [upload(png(300), "portrait.png")], headers)
    expect(status).toBe(200)
    expect(Object.keys(json)).toEqual(["is_valid", "filename", "url", "stored", "size", "type", "expires"])
    expect(json).toMatchObject({ is_valid: true, filename: "portrait.png", size: 300, type: "image/png" })
    expect(Date.parse(json.expires)).toBe(claimsOf(json.stored).exp * 1000)
  })

  it("url is null where the storage has no addresses, and else the storage's", async () => {
    const bare = await serve()
    expect((await bare.post("doc/image", [upload(png())])).json.url).toBe(null)
    const server = await serve({ wrap: (inner) => ({ ...inner, url: (key) => `https://files.example/${key}` }) })
    const { json } = await server.post("doc/image", [upload(png())])
    expect(json.url).toBe(`https://files.example/${(await server.left())[0]}`)
  })

  it.each(["../../etc/a.png", "C:\\fakepath\\a.png"])("filename is the last part of %j", async (name) => {
    const server = await serve()
    const part = { head: `Content-Disposition: form-data; name="upload"; filename="${name}"`, bytes: png() }
    expect((await server.post("doc/image", [part])).json.filename).toBe("a.png")
  })
})

describe("V7 a file that is refused is 200 too, with a message under errors.upload and a stable code", () => {
  it.each([
    ["file_too_large", png(5001), "File is over the limit of 5 kB: a.png"],
    ["file_empty", "", "File is empty: a.png"],
    ["file_type_refused", "only text", "File is of type text/plain; allowed are image/*, .pdf: a.png"],
  ])("%s", async (code, bytes, message) => {
    const server = await serve()
    const { status, json } = await server.post("doc/image", [upload(bytes)])
    expect(status).toBe(200)
    expect(json).toMatchObject({ is_valid: false, errors: { upload: [message] }, code })
    expect(json).not.toHaveProperty("stored")
    expect(await server.left()).toEqual([])
  })
})

describe("V8 two files in one request are 400 and nothing is stored: neither wins in silence", () => {
  it("both good", async () => {
    const server = await serve()
    const answer = await server.post("doc/image", [upload(png(), "first.png"), upload(png(), "last.png")])
    expect(answer).toMatchObject({ status: 400, json: { is_valid: false, code: "too_many_files" } })
    expect(await server.left()).toEqual([])
  })
})

describe("V9 the field's own limits are enforced before and while the bytes arrive", () => {
  it("a length that the field cannot take is refused before a byte of it is sent", async () => {
    const server = await serve()
    const wire = await sendHead(server, { "X-User": "ann", "Content-Length": 7_200_000 })
    expect(await wire.answer()).toMatchObject({
      status: 413,
      json: { code: "body_too_large", errors: { upload: ["The upload is 7.2 MB; the limit is 5 kB."] } },
    })
  })

  it.each([
    ["size", "file_too_large", png(6000)],
    ["type", "file_type_refused", Buffer.alloc(4700, "text ")],
  ])("a file whose %s is seen to be wrong is refused while its client still sends", async (_, code, bytes) => {
    const server = await serve()
    const wire = await sendHead(server, { "X-User": "ann", "Transfer-Encoding": "chunked" })
    await wire.send(chunk(partBytes(upload(bytes)).subarray(0, -2)))
    expect(await wire.answer()).toMatchObject({ status: 200, json: { is_valid: false, code } })
    expect(await server.left()).toEqual([])
  })

  it("a body has no room for more than its file: a flood of other parts is refused", async () => {
    const server = await serve()
    const wire = await sendHead(server, { "X-User": "ann", "Transfer-Encoding": "chunked" })
    await wire.send(chunk(Buffer.concat([partBytes(upload(png())), partBytes(text("more", "x".repeat(80_000)))])))
    expect(await wire.answer()).toMatchObject({ status: 413, json: { code: "multipart_limit" } })
    expect(await server.left()).toEqual([])
  })

  it("a name of any length is shown with 255 bytes and its extension", async () => {
    const server = await serve()
    const { json } = await server.post("doc/image", [upload(png(), `${"x".repeat(3000)}.png`)])
    expect(json.filename).toBe(`${"x".repeat(251)}.png`)
  })
})

describe("V10 a request from another site is refused by default", () => {
  it.each([
    ["the browser says so", { "sec-fetch-site": "cross-site" }],
    ["the browser says it is a neighbour", { "sec-fetch-site": "same-site" }],
    ["an older browser names another origin", { origin: "https://evil.example" }],
    ["a sandboxed page has none", { origin: "null" }],
  ])("%s: 403, and nothing is stored", async (_, headers) => {
    const server = await serve()
    expect(await server.post("doc/image", [upload(png())], headers)).toMatchObject({
      status: 403,
      json: { code: "origin_refused" },
    })
    expect(await server.left()).toEqual([])
  })

  it("its own pages, trusted ones and programs that are no browser are taken", async () => {
    const server = await serve({ trustedOrigins: ["https://www.example.org"] })
    const taken: Record<string, string>[] = [
      { "sec-fetch-site": "same-origin" },
      { origin: server.url },
      { origin: "https://www.example.org", "sec-fetch-site": "cross-site" },
      {},
    ]
    for (const headers of taken) {
      expect((await server.post("doc/image", [upload(png())], headers)).json).toMatchObject({ is_valid: true })
    }
  })
})

describe("V11 the endpoint is mounted under any prefix, and a field may point at another", () => {
  const own = "/views/of/ours"

  /** A view of one's own, in front of the same field. */
  function ownView(sticky: Sticky<Person>) {
    return (req: Served["requests"][0]["req"], res: Served["requests"][0]["res"]) => {
      res.setHeader("X-View", "ours")
      void handleUpload(sticky, { req, res, target: "doc/image", makeContext: () => personOf(req) })
    }
  }

  it("a prefix as deep as one likes", async () => {
    const server = await serve({
      routes: (app, sticky) => app.use("/any/prefix", stickyEndpoint({ sticky, schemas, createContext })),
    })
    expect((await server.post("/any/prefix/doc/image", [upload(png())])).json).toMatchObject({ is_valid: true })
  })

  it("a field says where it uploads to, and a custom view there signs for the same field", async () => {
    const server = await serve({ routes: (app, sticky) => app.post(own, ownView(sticky)) })
    const [, url = ""] = /data-upload-url="([^"]+)"/.exec(stickyField({ name: "image", url: own })) ?? []
    const { headers, json } = await server.post(url, [upload(png())])
    expect(headers.get("x-view")).toBe("ours")
    expect(claimsOf(json.stored).aud).toBe("doc/image")
  })
})
