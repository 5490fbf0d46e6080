import { TRPCError } from "@trpc/server"
import express from "express"
import { createDiskStorage } from "sticky-uploads/server"
import { describe, expect, it } from "vitest"
import { gate } from "./support/doubles.js"
import { boundary, file, multipart, multipartType, partBytes, png, text, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { type Served, type ServeOptions, serve } from "./support/serve.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString())

/** The one staged file's bytes, read as any process that shares the directory could. */
async function stagedBytes({ directory, left }: Served): Promise<Buffer> {
  const [key = ""] = await left()
  const chunks: Uint8Array[] = []
  for await (const chunk of await createDiskStorage({ directory }).open(key)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Sends a request's head and never a byte of its body; the body it declares would do. */
async function ask(server: Served, method: string, path: string, headers: Record<string, string | number> = {}) {
  const wire = await server.wire()
  const declared = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": 1000, ...headers }
  await wire.send(head(method, path, declared))
  return wire.answer()
}

describe("V1", () => {
  it.each(["GET", "PUT", "PATCH", "PROPFIND"])("%s is refused with 405 and says what is allowed", async (method) => {
    const server = await serve()
    const answer = await server.request(method, "doc/image")
    expect(answer).toMatchObject({ status: 405, json: { is_valid: false, code: "method_not_allowed" } })
    expect(answer.headers.get("allow")).toBe("POST, DELETE, OPTIONS")
  })

  it("HEAD is refused with 405 and no body", async () => {
    const server = await serve()
    const answer = await server.request("HEAD", "doc/image")
    expect(answer).toMatchObject({ status: 405, text: "" })
    expect(answer.headers.get("allow")).toBe("POST, DELETE, OPTIONS")
  })

  it("OPTIONS answers 204 with what is allowed, whoever asks", async () => {
    const server = await serve()
    const answer = await server.request("OPTIONS", "doc/image", { "x-user": "" })
    expect(answer).toMatchObject({ status: 204, text: "" })
    expect(answer.headers.get("allow")).toBe("POST, DELETE, OPTIONS")
  })

  it("a PUT that sends a body is refused before the body, and leaves nothing", async () => {
    const server = await serve()
    const answer = await ask(server, "PUT", "/sticky/doc/image", { "Content-Length": 50_000_000 })
    expect(answer.status).toBe(405)
    expect(await server.left()).toEqual([])
  })
})

describe("V2", () => {
  const refusals: [string, ServeOptions][] = [
    ["authorize says false", { authorize: () => false }],
    ["authorize resolves to false", { authorize: async () => false }],
    ["authorize says something truthy that is not true", { authorize: () => "yes" as never }],
    ["authorize says nothing", { authorize: () => undefined as never }],
    [
      "authorize throws FORBIDDEN",
      {
        authorize: () => {
          throw new TRPCError({ code: "FORBIDDEN" })
        },
      },
    ],
    [
      "authorize rejects with UNAUTHORIZED",
      { authorize: async () => Promise.reject(new TRPCError({ code: "UNAUTHORIZED" })) },
    ],
    [
      "the context throws UNAUTHORIZED",
      {
        createContext: () => {
          throw new TRPCError({ code: "UNAUTHORIZED" })
        },
      },
    ],
    [
      "the context rejects with FORBIDDEN",
      { createContext: async () => Promise.reject(new TRPCError({ code: "FORBIDDEN" })) },
    ],
  ]

  it.each(refusals)("%s: 403 in JSON, nothing stored, nothing told to onError", async (_, options) => {
    const server = await serve(options)
    const answer = await server.post("doc/image", [upload(png())])
    expect(answer).toMatchObject({
      status: 403,
      json: { is_valid: false, code: "upload_forbidden", errors: { upload: ["You are not allowed to upload here."] } },
    })
    expect(server.errors).toEqual([])
    expect(await server.left()).toEqual([])
  })

  const breakages: [string, ServeOptions][] = [
    [
      "authorize throws",
      {
        authorize: () => {
          throw new Error("the database is down")
        },
      },
    ],
    ["authorize rejects", { authorize: async () => Promise.reject(new Error("the database is down")) }],
    [
      "the context throws",
      {
        createContext: () => {
          throw new Error("the database is down")
        },
      },
    ],
    ["the context rejects", { createContext: async () => Promise.reject(new Error("the database is down")) }],
    [
      "subject throws",
      {
        subject: () => {
          throw new Error("the database is down")
        },
      },
    ],
  ]

  it.each(breakages)("%s for another reason: 500 that does not say why, and onError is told", async (_, options) => {
    const server = await serve(options)
    const answer = await server.post("doc/image", [upload(png())])
    expect(answer).toMatchObject({ status: 500, json: { is_valid: false, code: "internal_error" } })
    expect(answer.text).not.toContain("database")
    expect(server.errors).toMatchObject([{ message: "the database is down" }])
    expect(await server.left()).toEqual([])
  })

  it("authorize is asked about the very target, with the context and the request", async () => {
    const asked: unknown[] = []
    const server = await serve({
      authorize: ({ ctx, target, req }) => {
        asked.push([ctx.user, target, req.method])
        return true
      },
    })
    await server.post("doc/items.*.photo", [upload(png())])
    expect(asked).toEqual([["ann", "doc/items.*.photo", "POST"]])
  })
})

describe("P4", () => {
  const cases: [string, string, string, Record<string, string | number>, number, string][] = [
    ["method", "PUT", "/sticky/nobody/knows", {}, 405, "method_not_allowed"],
    ["target", "POST", "/sticky/nobody/knows", { "Sec-Fetch-Site": "cross-site" }, 404, "target_unknown"],
    ["origin", "POST", "/sticky/doc/image", { "Sec-Fetch-Site": "cross-site", "X-User": "" }, 403, "origin_refused"],
    ["authorize", "POST", "/sticky/doc/image", { "X-User": "", "Content-Length": 99_000_000 }, 403, "upload_forbidden"],
    [
      "length",
      "POST",
      "/sticky/doc/image",
      { "Content-Length": 99_000_000, "Content-Type": "x/y" },
      413,
      "body_too_large",
    ],
    ["content type", "POST", "/sticky/doc/image", { "Content-Type": "x/y" }, 415, "content_type_unsupported"],
  ]

  it.each(cases)(
    "%s is judged before what comes after it, and answered before a byte of the body is sent",
    async (_, method, path, headers, status, code) => {
      let contexts = 0
      const server = await serve({
        createContext: ({ req }) => {
          contexts += 1
          return { user: req.headers["x-user"]?.toString() || null }
        },
        authorize: ({ ctx }) => ctx.user !== null,
      })
      const answer = await ask(server, method, path, headers)
      expect(answer).toMatchObject({ status, json: { is_valid: false, code } })
      expect(contexts).toBe(["method_not_allowed", "target_unknown", "origin_refused"].includes(code) ? 0 : 1)
      expect(await server.left()).toEqual([])
    },
  )

  it("nothing is read of a body while authorize thinks", async () => {
    const thinking = gate<boolean>()
    const asked = gate()
    const server = await serve({
      authorize: () => {
        asked.open()
        return thinking.opened
      },
    })
    const wire = await server.wire()
    const body = multipart(upload(Buffer.alloc(20_000_000)))
    await wire.send(
      head("POST", "/sticky/doc/any", {
        "X-User": "ann",
        "Content-Type": multipartType,
        "Content-Length": body.length,
      }),
    )
    void wire.send(body)
    await asked.opened
    const { req } = server.requests[0]!
    // Another request there and back: time for whatever would be read to be read.
    await server.request("OPTIONS", "doc/any")
    expect(req.readableFlowing).toBe(null)
    expect(req.socket.bytesRead).toBeLessThan(500_000)
    thinking.open(true)
    expect(await wire.answer()).toMatchObject({ status: 200, json: { is_valid: true, size: 20_000_000 } })
  })

  it.each(["Content-Length", "Transfer-Encoding"])(
    "a client that keeps sending 50 MB (%s) reads the refusal first, and the server stops reading",
    async (how) => {
      const server = await serve()
      const wire = await server.wire()
      const declared = how === "Content-Length" ? { [how]: 50_000_000 } : { [how]: "chunked" }
      await wire.send(head("POST", "/sticky/doc/image", { "Content-Type": multipartType, ...declared }))
      const socketAtServer = server.requests[0]?.req.socket
      let isAnswered = false
      const sending = (async () => {
        const bytes = Buffer.alloc(100_000)
        for (let sent = 0; sent < 50_000_000 && !wire.socket.destroyed; sent += bytes.length) {
          if (how === "Content-Length") await wire.send(bytes)
          else await wire.send(Buffer.concat([Buffer.from("186a0\r\n"), bytes, Buffer.from("\r\n")]))
        }
      })()
      const answer = await wire.answer()
      isAnswered = true
      expect(answer).toMatchObject({
        status: 403,
        json: { code: "upload_forbidden" },
        headers: { connection: "close" },
      })
      await wire.closed
      await sending
      expect(isAnswered).toBe(true)
      const { req } = server.requests[0]!
      expect(socketAtServer ?? req.socket).toBe(req.socket)
      expect(req.socket.bytesRead).toBeLessThan(4_000_000)
      expect(await server.left()).toEqual([])
    },
  )

  it("a client that stops sending after a refusal is let go of without waiting for the rest", async () => {
    const server = await serve()
    const wire = await server.wire()
    await wire.send(head("POST", "/sticky/doc/image", { "Content-Type": multipartType, "Content-Length": 50_000_000 }))
    expect((await wire.answer()).status).toBe(403)
    wire.socket.end()
    expect(await wire.closed).toEqual({ error: undefined })
  })

  it("a connection serves the next upload after a refusal whose small body came along", async () => {
    const server = await serve()
    const wire = await server.wire()
    const body = multipart(upload(png(50_000)))
    const headers = { "Content-Type": multipartType, "Content-Length": body.length }
    await wire.send(Buffer.concat([Buffer.from(head("POST", "/sticky/doc/image", headers)), body]))
    expect(await wire.answer()).toMatchObject({ status: 403 })
    const good = multipart(upload(png()))
    const next = head("POST", "/sticky/doc/image", { ...headers, "X-User": "ann", "Content-Length": good.length })
    await wire.send(Buffer.concat([Buffer.from(next), good]))
    expect(await wire.answer()).toMatchObject({ status: 200, json: { is_valid: true } })
  })

  it("a pipelined request is answered after a file that was refused in the middle of its body", async () => {
    const server = await serve()
    const wire = await server.wire()
    const bad = multipart(upload("this is text".repeat(4000)), text("more", "x".repeat(4000)))
    const headers = { "X-User": "ann", "Content-Type": multipartType }
    const good = multipart(upload(png()))
    await wire.send(
      Buffer.concat([
        Buffer.from(head("POST", "/sticky/doc/image", { ...headers, "Content-Length": bad.length })),
        bad,
        Buffer.from(head("POST", "/sticky/doc/image", { ...headers, "Content-Length": good.length })),
        good,
      ]),
    )
    expect(await wire.answer()).toMatchObject({ status: 200, json: { is_valid: false, code: "file_too_large" } })
    expect(await wire.answer()).toMatchObject({ status: 200, json: { is_valid: true } })
  })

  it("a file refused by its first bytes is refused while the client still sends; the connection then serves the next one", async () => {
    const server = await serve()
    const wire = await server.wire()
    const body = multipart(upload("this is text, though it is called a.png ".repeat(1500), "a.png"))
    const headers = { "X-User": "ann", "Content-Type": multipartType }
    await wire.send(head("POST", "/sticky/doc/image", { ...headers, "Content-Length": body.length }))
    await wire.send(body.subarray(0, 4700))
    expect(await wire.answer()).toMatchObject({ status: 200, json: { is_valid: false, code: "file_type_refused" } })
    expect(await server.left()).toEqual([])
    for (let at = 4700; at < body.length; at += 10_000) {
      await wire.send(body.subarray(at, at + 10_000))
      // There and back, so that each piece is read by itself.
      await server.request("OPTIONS", "doc/image")
    }
    const good = multipart(upload(png()))
    await wire.send(head("POST", "/sticky/doc/image", { ...headers, "Content-Length": good.length }))
    await wire.send(good)
    expect(await wire.answer()).toMatchObject({ status: 200, json: { is_valid: true } })
  })
})

describe("targets", () => {
  it.each([
    "",
    "/",
    "doc",
    "doc/",
    "doc/title",
    "doc/image/",
    "Doc/image",
    "doc/items",
    "doc/items.0.nope",
    "doc/../doc/image",
    "..%2f..%2fetc%2fpasswd",
    "doc%2Fimage%00",
    "doc%252Fimage",
    "%E0%A4%A",
    "__proto__",
    "__proto__/image",
    "constructor/prototype",
    "doc/__proto__",
    "doc/toString",
  ])("%j is no target: 404", async (path) => {
    const server = await serve()
    // By hand: fetch would tidy the path up.
    const answer = await ask(server, "POST", `/sticky/${path}`)
    expect(answer).toMatchObject({ status: 404, json: { is_valid: false, code: "target_unknown" } })
    expect(await server.left()).toEqual([])
  })

  it("an encoded target is the target it encodes", async () => {
    const server = await serve()
    const answer = await server.post("doc%2Fitems.%2A.photo", [upload(png())])
    expect(answer).toMatchObject({ status: 200, json: { is_valid: true } })
    expect(claimsOf(answer.json.stored).aud).toBe("doc/items.*.photo")
  })

  it("a query does not belong to the target", async () => {
    const server = await serve()
    expect((await server.post("doc/image?a=b", [upload(png())])).status).toBe(200)
  })
})

describe("P9", () => {
  it.each([
    ["an accepted upload", "POST", "doc/image", { "x-user": "ann" }],
    ["a refused person", "POST", "doc/image", { "x-user": "" }],
    ["an unknown target", "POST", "doc/nothing-here", {}],
    ["a wrong method", "GET", "doc/image", {}],
    ["OPTIONS", "OPTIONS", "doc/image", {}],
    ["a DELETE", "DELETE", "doc/image", {}],
  ])("%s is answered no-store and nosniff", async (_, method, target, headers) => {
    const server = await serve({ authorize: ({ ctx }) => Boolean(ctx.user) })
    let answer = method === "POST" ? await server.post(target, [upload(png())], headers) : undefined
    if (method === "DELETE") {
      const { json } = await server.post(target, [upload(png())])
      answer = await server.request(method, target, { "x-sticky-token": json.stored })
      expect(answer.status).toBe(204)
    }
    answer ??= await server.request(method, target, headers)
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
  })
})

describe("P10", () => {
  const trusted = "https://www.example.org"
  const cases: [string, Record<string, string>, boolean][] = [
    ["Sec-Fetch-Site: same-origin", { "Sec-Fetch-Site": "same-origin" }, true],
    ["Sec-Fetch-Site: none", { "Sec-Fetch-Site": "none" }, true],
    ["Sec-Fetch-Site: same-site", { "Sec-Fetch-Site": "same-site", Origin: "http://other.localhost" }, false],
    ["Sec-Fetch-Site: cross-site", { "Sec-Fetch-Site": "cross-site" }, false],
    ["Sec-Fetch-Site: nonsense", { "Sec-Fetch-Site": "nonsense" }, false],
    ["Sec-Fetch-Site: cross-site with the own Origin", { "Sec-Fetch-Site": "cross-site", Origin: "http://own" }, false],
    ["the own Origin", { Origin: "http://own" }, true],
    ["an Origin of another host", { Origin: "https://evil.example" }, false],
    ["an Origin of another port", { Origin: "http://127.0.0.1:1" }, false],
    ["Origin: null", { Origin: "null" }, false],
    ["an Origin that is no URL", { Origin: "own" }, false],
    ["neither header", {}, true],
    ["a trusted Origin", { Origin: trusted }, true],
    ["a trusted Origin, cross-site", { Origin: trusted, "Sec-Fetch-Site": "cross-site" }, true],
    ["a trusted Origin's neighbour", { Origin: `${trusted}.evil.example` }, false],
  ]

  it.each(cases)("%s: %j is taken: %s", async (_, headers, isTaken) => {
    const server = await serve({ trustedOrigins: [trusted] })
    const body = multipart(upload(png()))
    const wire = await server.wire()
    const own = `127.0.0.1:${server.port}`
    const all = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === "http://own" ? `http://${own}` : value]),
    )
    const more = { Host: own, "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
    await wire.send(Buffer.concat([Buffer.from(head("POST", "/sticky/doc/image", { ...more, ...all })), body]))
    const answer = await wire.answer()
    if (isTaken) expect(answer).toMatchObject({ status: 200, json: { is_valid: true } })
    else expect(answer).toMatchObject({ status: 403, json: { is_valid: false, code: "origin_refused" } })
    expect(await server.left()).toHaveLength(isTaken ? 1 : 0)
  })

  it("a cross-site DELETE is refused and the file stays", async () => {
    const server = await serve()
    const { json } = await server.post("doc/image", [upload(png())])
    const headers = { "x-sticky-token": json.stored, "sec-fetch-site": "cross-site" }
    expect(await server.request("DELETE", "doc/image", headers)).toMatchObject({
      status: 403,
      json: { code: "origin_refused" },
    })
    expect(await server.left()).toHaveLength(1)
  })
})

describe("V4", () => {
  it("the part is called upload whatever the field is called", async () => {
    const server = await serve()
    const answer = await server.post("doc/note", [upload("ten bytes or more", "a.txt")])
    expect(answer).toMatchObject({ status: 200, json: { is_valid: true } })
    expect(claimsOf(answer.json.stored).aud).toBe("doc/note")
  })

  it.each([
    ["no part at all", []],
    ["a file under the field's own name", [file("note", "a.txt", "ten bytes or more")]],
    ["a text part called upload", [text("upload", "ten bytes or more")]],
    ["a part called Upload", [file("Upload", "a.txt", "ten bytes or more")]],
  ])("%s: 400 upload_missing, nothing stored", async (_, parts) => {
    const server = await serve()
    expect(await server.post("doc/note", parts)).toMatchObject({
      status: 400,
      json: { is_valid: false, code: "upload_missing", details: { part: "upload" } },
    })
    expect(await server.left()).toEqual([])
  })

  it("text parts before and after the file, such as a CSRF token, are no matter", async () => {
    const server = await serve()
    const parts = [
      text("csrf", "x"),
      file("other", "b.bin", "skipped"),
      upload(png()),
      text("upload", "y"),
      text("z", ""),
    ]
    expect(await server.post("doc/image", parts)).toMatchObject({ status: 200, json: { is_valid: true } })
    expect(await server.left()).toHaveLength(1)
  })
})

describe("V6", () => {
  it("a file that is taken is answered with is_valid, filename, url, stored, size, type and expires", async () => {
    const server = await serve({ expiresInSeconds: 60 })
    const bytes = png(4000)
    const before = Date.now()
    const answer = await server.post("doc/image", [upload(bytes, "portrait.png")])
    expect(answer.status).toBe(200)
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8")
    const { stored, expires, ...rest } = answer.json
    expect(rest).toEqual({ is_valid: true, filename: "portrait.png", url: null, size: 4000, type: "image/png" })
    expect(Date.parse(expires)).toBeGreaterThan(before + 58_000)
    expect(Date.parse(expires)).toBeLessThanOrEqual(Date.now() + 60_000)
    expect(claimsOf(stored)).toMatchObject({ aud: "doc/image", sub: "ann", name: "portrait.png", size: 4000 })
    expect(await server.left()).toEqual([`staged.${claimsOf(stored).jti}`])
    expect((await stagedBytes(server)).equals(bytes)).toBe(true)
  })

  it("a storage that has addresses is asked for that of the staged file's own key", async () => {
    const server = await serve({ wrap: (inner) => ({ ...inner, url: (key) => `https://files.example/${key}` }) })
    const { json } = await server.post("doc/image", [upload(png())])
    expect(json.url).toBe(`https://files.example/${(await server.left())[0]}`)
  })

  it("a file of exactly the limit passes", async () => {
    const server = await serve()
    expect((await server.post("doc/image", [upload(png(5000))])).json).toMatchObject({ is_valid: true, size: 5000 })
  })

  it("a file of exactly the least size passes", async () => {
    const server = await serve()
    expect((await server.post("doc/note", [upload("0123456789", "a.txt")])).json).toMatchObject({
      is_valid: true,
      size: 10,
    })
  })

  it("an empty file passes where the field takes one", async () => {
    const server = await serve()
    expect((await server.post("doc/nothing", [upload("", "a.txt")])).json).toMatchObject({ is_valid: true, size: 0 })
    expect(await server.left()).toHaveLength(1)
  })

  it.each(["video/mp4", "image/png; charset=x", "nonsense", "", "text/html"])(
    "what the client says of the type is not asked: %j",
    async (type) => {
      const server = await serve()
      expect((await server.post("doc/image", [file("upload", "a.png", png(), type)])).json).toMatchObject({
        is_valid: true,
        type: "image/png",
      })
    },
  )

  it("a body sent in chunks, byte by byte around every boundary, is the same file", async () => {
    const server = await serve()
    const wire = await server.wire()
    const bytes = Buffer.from(`begin\r\n--${boundary.slice(0, -1)}\r\n--\r\n\rend`)
    await wire.send(
      head("POST", "/sticky/doc/note", {
        "X-User": "ann",
        "Content-Type": multipartType,
        "Transfer-Encoding": "chunked",
      }),
    )
    for (const byte of multipart(text("a", "b"), upload(bytes, "a.txt"))) {
      await wire.send(Buffer.concat([Buffer.from("1\r\n"), Buffer.from([byte]), Buffer.from("\r\n")]))
    }
    await wire.send("0\r\n\r\n")
    expect((await wire.answer()).json).toMatchObject({ is_valid: true, size: bytes.length })
    expect((await stagedBytes(server)).equals(bytes)).toBe(true)
  })
})

describe("V7", () => {
  const html = "<!doctype html><script>alert(1)</script>"
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  const refusals: [string, string, string | Buffer, string, string, object][] = [
    ["one byte over the limit", "doc/image", png(5001), "a.png", "file_too_large", { maxBytes: 5000, name: "a.png" }],
    ["an empty file", "doc/image", "", "a.png", "file_empty", { name: "a.png" }],
    ["a file under the least size", "doc/note", "123456789", "a.txt", "file_too_small", { size: 9, minBytes: 10 }],
    ["text called .png", "doc/image", "hello, I am text", "a.png", "file_type_refused", { type: "text/plain" }],
    ["HTML called .png", "doc/image", html, "a.png", "file_type_refused", { type: "text/html" }],
    ["HTML called .pdf", "doc/image", html, "a.pdf", "file_type_refused", { type: "text/html" }],
    ["SVG where only PNG would do", "doc/items.*.photo", "\x00\x01\x02", "a.svg", "file_type_refused", {}],
  ]

  it.each(refusals)(
    "%s: 200 with is_valid false, a message, a code; nothing stored",
    async (_, target, bytes, name, code, details) => {
      const server = await serve()
      const answer = await server.post(target, [upload(bytes, name)])
      expect(answer).toMatchObject({ status: 200, json: { is_valid: false, code, details } })
      expect(answer.json.errors.upload).toHaveLength(1)
      expect(answer.json.errors.upload[0]).toContain(name)
      expect(answer.json).not.toHaveProperty("stored")
      expect(server.errors).toEqual([])
      expect(await server.left()).toEqual([])
    },
  )

  it("what an image may hold is the schema's business: SVG is an image", async () => {
    const server = await serve()
    expect((await server.post("doc/image", [upload(svg, "a.svg")])).json).toMatchObject({ type: "image/svg+xml" })
  })

  it("messages come from the app's own table", async () => {
    const server = await serve({ messages: { file_empty: ({ name }) => `${name}は空です` } })
    expect((await server.post("doc/image", [upload("")])).json.errors.upload).toEqual(["a.pngは空です"])
    expect((await server.post("doc/image", [upload("hello")])).json.errors.upload[0]).toContain("text/plain")
  })

  it("a message of the app's table that throws is replaced by ours, and told to onError", async () => {
    const server = await serve({
      messages: {
        file_empty: () => {
          throw new Error("no such translation")
        },
      },
    })
    const answer = await server.post("doc/image", [upload("")])
    expect(answer).toMatchObject({
      status: 200,
      json: { code: "file_empty", errors: { upload: ["File is empty: a.png"] } },
    })
    expect(server.errors).toMatchObject([{ message: "no such translation" }])
  })
})

describe("V8", () => {
  it.each([
    ["both good", [upload(png(), "a.png"), upload(png(), "b.png")]],
    ["the second one empty", [upload(png(), "a.png"), upload("", "b.png")]],
    ["with text between", [upload(png(), "a.png"), text("x", "y"), upload(png(), "b.png")]],
  ])("two files in one request, %s: 400 and neither is stored", async (_, parts) => {
    const server = await serve()
    expect(await server.post("doc/image", parts)).toMatchObject({
      status: 400,
      json: { is_valid: false, code: "too_many_files", details: { maxFiles: 1 } },
    })
    expect(await server.left()).toEqual([])
  })
})

describe("V9", () => {
  it("a declared length that no file of the field can have: 413, said in people's numbers", async () => {
    const server = await serve()
    const answer = await ask(server, "POST", "/sticky/doc/image", { "Content-Length": 7_200_000 })
    expect(answer).toMatchObject({ status: 413, json: { code: "body_too_large", details: { maxBytes: 5000 } } })
    expect(answer.json.errors.upload).toEqual(["The upload is 7.2 MB; the limit is 5 kB."])
  })

  it("a chunked body without a declared length is cut off at the limit", async () => {
    const server = await serve()
    const wire = await server.wire()
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Transfer-Encoding": "chunked" }
    await wire.send(head("POST", "/sticky/doc/image", headers))
    const first = partBytes(upload(png(70_000))).subarray(0, -2)
    await wire.send(Buffer.concat([Buffer.from(`${first.length.toString(16)}\r\n`), first, Buffer.from("\r\n")]))
    expect(await wire.answer()).toMatchObject({ status: 200, json: { is_valid: false, code: "file_too_large" } })
    expect(await server.left()).toEqual([])
  })

  it.each([
    ["text parts", () => partBytes(text("x", "y".repeat(60_000)))],
    ["bytes before the first boundary", () => Buffer.alloc(60_000, "x")],
  ])("a chunked body may not go over the limit by %s either", async (_, filler) => {
    const server = await serve()
    const wire = await server.wire()
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Transfer-Encoding": "chunked" }
    await wire.send(head("POST", "/sticky/doc/image", headers))
    const bytes = Buffer.concat([filler(), filler()])
    await wire.send(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]))
    expect(await wire.answer()).toMatchObject({
      status: 413,
      json: { code: "multipart_limit", details: { limit: "bytes" } },
    })
  })

  it("bytes after the closing boundary do not count as the file, but as the body: a flood of them undoes the upload", async () => {
    const server = await serve()
    const wire = await server.wire()
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Transfer-Encoding": "chunked" }
    await wire.send(head("POST", "/sticky/doc/image", headers))
    const bytes = Buffer.concat([multipart(upload(png())), Buffer.alloc(100_000)])
    await wire.send(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]))
    expect(await wire.answer()).toMatchObject({ status: 413, json: { code: "multipart_limit" } })
    expect(await server.left()).toEqual([])
  })

  it("a little of it is ignored", async () => {
    const server = await serve()
    const body = Buffer.concat([multipart(upload(png())), Buffer.from("\r\nan epilogue")])
    expect((await server.post("doc/image", body)).json).toMatchObject({ is_valid: true, size: 200 })
  })
})

describe("content type", () => {
  const cases: [string, Record<string, string | number>, number, string][] = [
    ["none", { "Content-Type": "" }, 415, "content_type_unsupported"],
    ["JSON", { "Content-Type": "application/json" }, 415, "content_type_unsupported"],
    ["urlencoded", { "Content-Type": "application/x-www-form-urlencoded" }, 415, "content_type_unsupported"],
    ["octet stream", { "Content-Type": "application/octet-stream" }, 415, "content_type_unsupported"],
    ["another multipart", { "Content-Type": "multipart/mixed; boundary=a" }, 415, "content_type_unsupported"],
    ["gzip", { "Content-Encoding": "gzip" }, 415, "content_type_unsupported"],
    ["no boundary", { "Content-Type": "multipart/form-data" }, 400, "multipart_malformed"],
    ["an empty boundary", { "Content-Type": 'multipart/form-data; boundary=""' }, 400, "multipart_malformed"],
    [
      "a boundary of 71",
      { "Content-Type": `multipart/form-data; boundary=${"x".repeat(71)}` },
      400,
      "multipart_malformed",
    ],
    ["an odd boundary", { "Content-Type": 'multipart/form-data; boundary="a*b"' }, 400, "multipart_malformed"],
    ["Content-Length: 0", { "Content-Length": 0 }, 400, "multipart_malformed"],
  ]

  it.each(cases)("%s is refused before the body", async (_, headers, status, code) => {
    const server = await serve()
    expect(await ask(server, "POST", "/sticky/doc/image", headers)).toMatchObject({
      status,
      json: { is_valid: false, code },
    })
    expect(await server.left()).toEqual([])
  })

  it("a POST with no body at all is refused and does not hang", async () => {
    const server = await serve()
    const wire = await server.wire()
    await wire.send(head("POST", "/sticky/doc/image", { "X-User": "ann", "Content-Type": multipartType }))
    expect((await wire.answer()).status).toBe(400)
  })

  it.each([
    ["quoted, of 70 characters", (it: string) => `multipart/form-data; charset=utf-8; boundary="${it}"`],
    ["in capitals, with spaces", (it: string) => `Multipart/Form-Data ;  Boundary=${it} ; x=y`],
  ])("a boundary may be written %s", async (_, write) => {
    const server = await serve()
    const other = "y".repeat(70)
    const body = Buffer.from(multipart(upload(png())).toString("latin1").replaceAll(boundary, other), "latin1")
    expect((await server.post("doc/image", body, { "content-type": write(other) })).json).toMatchObject({
      is_valid: true,
    })
  })
})

describe("P3", () => {
  const names: [string, string, string][] = [
    ["Japanese in UTF-8", 'filename="日本語.png"', "日本語.png"],
    ["filename*", "filename*=UTF-8''%E6%97%A5%E6%9C%AC.png", "日本.png"],
    ["filename* beside filename", "filename=\"x.png\"; filename*=UTF-8''%E2%82%AC.png", "€.png"],
    ["a path upwards", 'filename="../../etc/passwd.png"', "passwd.png"],
    ["a Windows path", 'filename="C:\\\\fakepath\\\\a.png"', "a.png"],
    ["a NUL", 'filename="a\0b.png"', "ab.png"],
    ["only dots", 'filename=".."', "unnamed"],
    ["nothing", 'filename=""', "unnamed"],
    ["markup", 'filename="<img src=x onerror=alert(1)>.png"', "<img src=x onerror=alert(1)>.png"],
    ["an escaped quote", 'filename="a%22b.png"', 'a"b.png'],
    ["another name= inside", 'filename="a; name=evil.png"', "a; name=evil.png"],
    ["300 characters", `filename="${"x".repeat(300)}.png"`, `${"x".repeat(251)}.png`],
  ]

  it.each(names)("a name of %s is display text; the key on disk has nothing of it", async (_, parameter, shown) => {
    const server = await serve()
    const part = { head: `Content-Disposition: form-data; name="upload"; ${parameter}`, bytes: png() }
    const answer = await server.post("doc/image", [part])
    expect(answer).toMatchObject({ status: 200, json: { is_valid: true, filename: shown } })
    const keys = await server.left()
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatch(/^staged\.[A-Za-z0-9_-]{24}$/)
  })

  it("a name whose UTF-8 is cut by a chunk of the connection is whole", async () => {
    const server = await serve()
    const wire = await server.wire()
    const body = multipart(upload(png(), "日本語.png"))
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
    const cut = body.indexOf(Buffer.from("本")) + 1
    await wire.send(Buffer.concat([Buffer.from(head("POST", "/sticky/doc/image", headers)), body.subarray(0, cut)]))
    await server.request("OPTIONS", "doc/image")
    await wire.send(body.subarray(cut))
    expect((await wire.answer()).json.filename).toBe("日本語.png")
  })

  it("a file part without a content type is a file all the same", async () => {
    const server = await serve()
    const part = { head: 'Content-Disposition: form-data; name="upload"; filename="a.png"', bytes: png() }
    expect((await server.post("doc/image", [part])).json).toMatchObject({ is_valid: true, type: "image/png" })
  })
})

describe("V11", () => {
  it("the endpoint works under any prefix, several at once, as deep as one likes", async () => {
    const server = await serve({
      routes: (app) => {
        const inner = express.Router()
        inner.use((req, res, next) => {
          req.url = `/sticky${req.url}`
          app(req, res, next)
        })
        app.use("/some/where/else", inner)
      },
    })
    expect(await server.post("/some/where/else/doc/image", [upload(png())])).toMatchObject({ status: 200 })
  })
})
