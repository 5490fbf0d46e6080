import { once } from "node:events"
import { stickyPreview } from "sticky-uploads/express"
import {
  createMemoryStorage,
  createSticky,
  createTempStorage,
  handlePreview,
  type PreviewInline,
} from "sticky-uploads/server"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { createKeyring } from "../src/server/keyring.js"
import { claimsOf } from "./support/claims.js"
import { readDocument } from "./support/documents.js"
import { double, gate } from "./support/doubles.js"
import { importBlocks } from "./support/import-blocks.js"
import { png, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import {
  type Person,
  personOf,
  type Served,
  type ServeOptions,
  schemas,
  serve,
  temporaryDirectory,
} from "./support/serve.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()

const load = importBlocks(readDocument("apps/docs/guide/previews.md"))
const secret = "a secret of more than thirty-two bytes"
const ann: Person = { user: "ann" }

/** Starts an app whose staged files can be looked at under `/previews`. */
function servePreviews({ inline, ...options }: ServeOptions & { inline?: PreviewInline } = {}): Promise<Served> {
  return serve({
    ...options,
    routes: (app, sticky) => {
      const createContext = options.createContext ?? (({ req }) => personOf(req))
      app.use("/previews", stickyPreview({ sticky, createContext, ...(inline ? { inline } : {}) }))
    },
  })
}

async function staged(server: Served, bytes: string | Uint8Array = png(), name = "a.png", target = "doc/any") {
  const { json } = await server.post(target, [upload(bytes, name)])
  return json.stored as string
}

const referenceOf = (server: Served, token: string, ctx = ann) => server.sticky.preview(token, { ctx }).reference

async function get(server: Served, reference: string, headers: Record<string, string> = {}, method = "GET") {
  const answer = await fetch(`${server.url}/previews/${reference}`, {
    method,
    headers: { "x-user": "ann", ...headers },
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  const isJson = answer.headers.get("content-type")?.startsWith("application/json")
  const json = isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined
  return { status: answer.status, headers: Object.fromEntries(answer.headers), bytes, json }
}

/** Uses the file of a token up, as a procedure does. */
const submit = ({ sticky }: Served, token: string) =>
  sticky.run({ ctx: ann, procedure: "doc", input: { any: token } }, async () => {
    await schemas.doc.pick({ any: true }).shape.any.parse(token).text()
  })

function atTime(milliseconds: number) {
  vi.useFakeTimers({ toFake: ["Date"], now: milliseconds })
  onTestFinished(() => void vi.useRealTimers())
}

describe("stickyPreview", () => {
  it("gives a staged file to whoever uploaded it, as an attachment of no type that no page can come of", async () => {
    const server = await servePreviews()
    const bytes = png(5000)
    const {
      status,
      headers,
      bytes: got,
    } = await get(server, referenceOf(server, await staged(server, bytes, "写真.png")))
    expect(status).toBe(200)
    expect(got.equals(bytes)).toBe(true)
    expect(headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": "5000",
      "content-disposition": `attachment; filename="__.png"; filename*=UTF-8''%E5%86%99%E7%9C%9F.png`,
      "content-security-policy": "sandbox; default-src 'none'",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "accept-ranges": "bytes",
    })
  })

  const bytesOf = (text: string, ...more: string[]) =>
    Buffer.concat([Buffer.from(text, "latin1"), ...more.map((hex) => Buffer.from(hex, "hex"))])
  const riff = bytesOf("RIFF", "24000000")
  it.each<[string, string, Uint8Array, shown: boolean]>([
    ["image/png", "a.png", png(), true],
    ["image/jpeg", "a.jpg", Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex"), true],
    ["image/gif", "a.gif", bytesOf("GIF89a", "0100010080000000000000ffffff2c00000000010001000002024401003b"), true],
    ["image/webp", "a.webp", Buffer.concat([riff, bytesOf("WEBPVP8 ", "1800000030010000")]), true],
    ["image/avif", "a.avif", bytesOf("\0\0\0\x1cftypavif", "00000000", "6d696631", "6d696166", "61766966"), true],
    [
      "image/svg+xml",
      "a.svg",
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
      false,
    ],
    ["text/html", "a.png", Buffer.from("<!doctype html><script>alert(1)</script>"), false],
    ["image/svg+xml", "a.png", Buffer.from(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), false],
    ["application/pdf", "a.pdf", Buffer.from("%PDF-1.7\n"), false],
    ["text/plain", "a.txt", Buffer.from("hello"), false],
  ])("with `inline` treats %s, called %s, as what it is", async (type, name, bytes, isShown) => {
    const server = await servePreviews({ inline: "images" })
    const token = await staged(server, bytes, name)
    expect(claimsOf(token).type).toBe(type)
    const { headers } = await get(server, referenceOf(server, token))
    expect(headers["content-type"]).toBe(isShown ? type : "application/octet-stream")
    expect(headers["content-disposition"]).toMatch(isShown ? /^inline; filename=/ : /^attachment; filename=/)
    expect(headers["x-content-type-options"]).toBe("nosniff")
    expect(headers["content-security-policy"]).toBe("sandbox; default-src 'none'")
  })

  it("tells HEAD what GET would get, and opens no file for it", async () => {
    const opened: string[] = []
    const server = await servePreviews({
      wrap: (storage) =>
        double(storage, {
          open(key, range) {
            opened.push(key)
            return storage.open(key, range)
          },
        }),
    })
    const reference = referenceOf(server, await staged(server))
    const seen = await get(server, reference, { range: "bytes=0-9" }, "HEAD")
    expect([seen.status, seen.bytes.length, opened]).toEqual([200, 0, []])
    const { headers } = await get(server, reference)
    for (const name of ["content-type", "content-length", "content-disposition", "content-security-policy"])
      expect(seen.headers[name]).toBe(headers[name])
  })

  it("gives a large file whole", async () => {
    const server = await servePreviews()
    const bytes = Buffer.alloc(20_000_000, "a file of some length, ")
    const { bytes: got } = await get(server, referenceOf(server, await staged(server, bytes, "a.txt")))
    expect(got.equals(bytes)).toBe(true)
  })

  it("gives an empty file", async () => {
    const server = await servePreviews()
    const reference = referenceOf(server, await staged(server, "", "a.txt", "doc/nothing"))
    expect(await get(server, reference)).toMatchObject({ status: 200, headers: { "content-length": "0" } })
    expect((await get(server, reference, { range: "bytes=0-" })).status).toBe(416)
  })

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("refuses %s", async (method) => {
    const server = await servePreviews()
    const reference = referenceOf(server, await staged(server))
    expect(await get(server, reference, {}, method)).toMatchObject({
      status: 405,
      headers: { allow: "GET, HEAD" },
      json: { code: "method_not_allowed" },
    })
    expect(await server.left()).toHaveLength(1)
  })
})

describe("a range", () => {
  const bytes = png(1000)
  const asked: [range: string, status: number, contentRange: string | undefined, start: number, end: number][] = [
    ["bytes=0-0", 206, "bytes 0-0/1000", 0, 1],
    ["bytes=100-199", 206, "bytes 100-199/1000", 100, 200],
    ["bytes=990-5000", 206, "bytes 990-999/1000", 990, 1000],
    ["bytes=-10", 206, "bytes 990-999/1000", 990, 1000],
    ["bytes=0-", 206, "bytes 0-999/1000", 0, 1000],
    ["bytes=1000-", 416, "bytes */1000", 0, 0],
    ["bytes=0-1,4-5", 200, undefined, 0, 1000],
    ["bytes=nonsense", 200, undefined, 0, 1000],
  ]

  it.each([
    ["a disk", undefined],
    ["a storage in memory", createMemoryStorage()],
  ])("of a file on %s is answered with just that part of it", async (_, storage) => {
    const server = await servePreviews(storage ? { wrap: () => storage } : {})
    const reference = referenceOf(server, await staged(server, bytes))
    for (const [range, status, contentRange, start, end] of asked) {
      const answer = await get(server, reference, { range })
      expect([range, answer.status, answer.headers["content-range"]]).toEqual([range, status, contentRange])
      expect(answer.headers["content-length"]).toBe(`${end - start}`)
      expect(answer.bytes.equals(bytes.subarray(start, end))).toBe(true)
    }
  })

  it("is not believed to continue what the client has: nothing says that it is the same file", async () => {
    const server = await servePreviews()
    const reference = referenceOf(server, await staged(server, bytes))
    expect((await get(server, reference, { range: "bytes=5-9", "if-range": '"x"' })).status).toBe(200)
  })
})

describe("a reference", () => {
  const tamper = (text: string) => `${text.slice(0, -2)}${text.endsWith("AA") ? "BB" : "AA"}`
  const claims = { aud: "doc/any", jti: "AAAAAAAAAAAAAAAAAAAAAAAA", iat: 1, exp: 9e9, name: "a", size: 1, type: "a/b" }
  const sign = (more: object, by = secret, ...typ: [string | undefined, "sticky-preview+jwt"] | []) =>
    createKeyring([by], ...typ).sign({ ...claims, ...more })
  const ofPreview = [undefined, "sticky-preview+jwt"] as const

  it.each<[string, (reference: string, token: string) => [string, Record<string, string>?], number, string]>([
    ["of another person", (reference) => [reference, { "x-user": "bob" }], 403, "preview_forbidden"],
    ["asked for by nobody", (reference) => [reference, { "x-user": "" }], 403, "preview_forbidden"],
    ["that was changed", (reference) => [tamper(reference)], 404, "preview_unknown"],
    ["that is none", () => ["nonsense"], 404, "preview_unknown"],
    ["that is nothing", () => [""], 404, "preview_unknown"],
    ["that cannot be decoded", () => ["%ff"], 404, "preview_unknown"],
    ["that is a key", () => ["staged.AAAAAAAAAAAAAAAAAAAAAAAA"], 404, "preview_unknown"],
    ["that is the token itself", (_, token) => [token], 404, "preview_unknown"],
    ["by another secret", () => [sign({ sub: "ann" }, `${secret}!`, ...ofPreview)], 404, "preview_unknown"],
    ["of another sticky", () => [sign({ sub: "ann", iss: "b" }, secret, ...ofPreview)], 404, "preview_unknown"],
    ["of a file that never was", () => [sign({ sub: "ann" }, secret, ...ofPreview)], 404, "token_gone"],
  ])("%s is refused, and the answer says nothing of the file", async (_, how, status, code) => {
    const refused: unknown[] = []
    const server = await servePreviews({ onRefused: (event) => refused.push(event) })
    const token = await staged(server)
    const [reference, headers] = how(referenceOf(server, token), token)
    const answer = await get(server, reference, headers)
    expect(answer).toMatchObject({
      status,
      headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" },
      json: { is_valid: false, code },
    })
    expect(answer.bytes.toString()).not.toContain("a.png")
    expect(server.errors).toEqual([])
    await expect.poll(() => refused).toMatchObject([{ code }])
  })

  it("is refused to whom the app has no context for", async () => {
    const denied = Object.assign(new Error("log in"), { code: "UNAUTHORIZED" })
    const server = await servePreviews()
    const reference = referenceOf(server, await staged(server))
    const strict = await servePreviews({
      wrap: () => createTempStorage({ directory: server.directory }),
      createContext: () => Promise.reject(denied),
    })
    expect(await get(strict, reference)).toMatchObject({ status: 403, json: { code: "preview_forbidden" } })
    expect(strict.errors).toEqual([])
  })

  it("with nobody's name on it is nobody's, not everybody's", async () => {
    const server = await servePreviews()
    const nobodys = sign({}, secret, ...ofPreview)
    for (const user of ["", "ann"])
      expect((await get(server, nobodys, { "x-user": user })).json.code).toBe("preview_forbidden")
    const empty = sign({ sub: "" }, secret, ...ofPreview)
    expect((await get(server, empty, { "x-user": "" })).json.code).toBe("preview_forbidden")
  })

  it("cannot be submitted or discarded", async () => {
    const server = await servePreviews()
    const token = await staged(server)
    const reference = referenceOf(server, token)
    const issues = await server.sticky
      .parse(schemas.doc.pick({ any: true }), { any: reference }, { ctx: ann, procedure: "doc" })
      .catch((error) => error.issues)
    expect(issues).toMatchObject([{ params: { code: "token_tampered" } }])
    const discarded = await server.request("DELETE", "doc/any", { "x-sticky-token": reference })
    expect(discarded.json.code).toBe("token_tampered")
    expect(await server.left()).toHaveLength(1)
  })

  it("says what its token says, in a type of its own", async () => {
    const server = await servePreviews({ checksum: "sha256" })
    const token = await staged(server)
    const reference = referenceOf(server, token)
    expect(claimsOf(reference)).toEqual({ ...claimsOf(token), exp: expect.any(Number) })
    expect(JSON.parse(Buffer.from(reference.split(".")[0] as string, "base64url").toString()).typ).toBe(
      "sticky-preview+jwt",
    )
  })

  it("is good for ten minutes and not one second longer", async () => {
    const server = await servePreviews()
    const token = await staged(server)
    const { reference, expiresAt } = server.sticky.preview(token, { ctx: ann })
    expect(Math.abs(expiresAt.getTime() - Date.now() - 600_000)).toBeLessThan(2000)
    atTime(expiresAt.getTime() - 1)
    expect((await get(server, reference)).status).toBe(200)
    atTime(expiresAt.getTime())
    const { status, json } = await get(server, reference)
    expect([status, json.code, json.errors.upload[0]]).toEqual([
      410,
      "preview_expired",
      "This address has expired: a.png. Please open the form again.",
    ])
  })

  it("never outlives its token, and may have a shorter life", async () => {
    const server = await servePreviews({ expiresInSeconds: 60 })
    const token = await staged(server)
    const exp = claimsOf(token).exp * 1000
    expect(server.sticky.preview(token, { ctx: ann }).expiresAt.getTime()).toBe(exp)
    expect(server.sticky.preview(token, { ctx: ann, expiresInSeconds: 10 }).expiresAt.getTime()).toBeLessThan(
      exp - 40_000,
    )
    for (const expiresInSeconds of [0, -1, Number.NaN])
      expect(() => server.sticky.preview(token, { ctx: ann, expiresInSeconds })).toThrow("expiresInSeconds")
  })

  it("is only made of a token of one's own that is good", async () => {
    const server = await servePreviews({ expiresInSeconds: 60 })
    const token = await staged(server)
    const codeOf = (text: string, ctx = ann) => {
      try {
        server.sticky.preview(text, { ctx })
      } catch (error) {
        return (error as { code: string }).code
      }
      return "made"
    }
    expect(codeOf(token)).toBe("made")
    expect(codeOf(token, { user: "bob" })).toBe("token_wrong_subject")
    expect(codeOf(token, { user: null })).toBe("preview_forbidden")
    expect(codeOf(tamper(token))).toBe("token_tampered")
    expect(codeOf(referenceOf(server, token))).toBe("token_tampered")
    expect(codeOf("nonsense")).toBe("token_malformed")
    atTime(Date.now() + 61_000)
    expect(codeOf(token)).toBe("token_expired")
  })

  it("is never made where nobody can be told from anybody else, and the complaint says what is missing", () => {
    const storage = createMemoryStorage()
    const sticky = createSticky<object>({ secrets: [secret], storage, authorize: () => true })
    onTestFinished(() => sticky.close())
    expect(() => sticky.preview(sign({}), { ctx: {} })).toThrow(TypeError)
    expect(() => sticky.preview(sign({}), { ctx: {} })).toThrow("previews need subject")
  })

  it("is good with the sticky of its own name only", async () => {
    const staff = await servePreviews({ name: "staff" })
    const everyone = await servePreviews({ wrap: () => createTempStorage({ directory: staff.directory }) })
    const [ofStaff, ofEveryone] = [staff, everyone].map(async (server) => referenceOf(server, await staged(server)))
    const statusOf = async (server: Served, reference = "") => (await get(server, reference)).status
    expect([await statusOf(staff, await ofStaff), await statusOf(everyone, await ofEveryone)]).toEqual([200, 200])
    expect([await statusOf(staff, await ofEveryone), await statusOf(everyone, await ofStaff)]).toEqual([404, 404])
  })

  it("is good in every process that shares the secrets and the storage, also after a rotation (P12)", async () => {
    const one = await servePreviews()
    const reference = referenceOf(one, await staged(one))
    const wrap = () => createTempStorage({ directory: one.directory })
    const two = await servePreviews({ wrap, secrets: [`${secret}, newer`, secret] })
    expect((await get(two, reference)).status).toBe(200)
    const three = await servePreviews({ wrap, secrets: [`${secret}, newer`] })
    expect((await get(three, reference)).json.code).toBe("preview_unknown")
  })
})

describe("a staged file that", () => {
  it.each(["GET", "HEAD"])("was submitted or discarded is no longer served, by %s", async (method) => {
    const server = await servePreviews()
    const [used, discarded] = [await staged(server), await staged(server)]
    const references = [used, discarded].map((token) => referenceOf(server, token))
    await submit(server, used)
    await server.request("DELETE", "doc/any", { "x-sticky-token": discarded })
    const answers = await Promise.all(references.map((reference) => get(server, reference, {}, method)))
    expect(answers.map(({ status }) => status)).toEqual([409, 404])
    const codes = method === "GET" ? ["token_used", "token_gone"] : [undefined, undefined]
    expect(answers.map(({ json }) => json?.code)).toEqual(codes)
  })

  it("is submitted or discarded between the look and the opening is refused, not half sent", async () => {
    let before = async (_key: string): Promise<unknown> => undefined
    const server = await servePreviews({
      wrap: (storage) =>
        double(storage, {
          async open(key, range) {
            if (range) await before(key)
            return storage.open(key, range)
          },
        }),
    })
    const [used, discarded] = [await staged(server), await staged(server)]
    before = () => submit(server, used)
    expect((await get(server, referenceOf(server, used))).json.code).toBe("token_used")
    before = (key) => server.storage.remove(key)
    expect((await get(server, referenceOf(server, discarded))).json.code).toBe("token_gone")
    expect(server.errors).toEqual([])
  })

  it("is still being inspected is not served before it has passed, and never when it has not", async () => {
    const verdict = gate()
    const server = await servePreviews({
      inspectSeconds: 0.05,
      inspect: [
        {
          name: "slow",
          async inspect({ name }) {
            await verdict.opened
            return name === "bad.png" ? "it is bad" : undefined
          },
        },
      ],
    })
    const [good, bad] = [await staged(server), await staged(server, png(), "bad.png")]
    expect([claimsOf(good).pending, claimsOf(bad).pending]).toEqual([true, true])
    const references = [good, bad].map((token) => referenceOf(server, token))
    const statuses = async () => {
      const answers = await Promise.all(references.map((reference) => get(server, reference)))
      return answers.map(({ status, json }) => `${status} ${json?.code}`)
    }
    expect(await statuses()).toEqual(["409 token_pending", "409 token_pending"])
    verdict.open()
    await expect.poll(statuses).toEqual(["200 undefined", "422 file_refused"])
  })
})

describe("a fault of ours", () => {
  it.each([
    ["the context cannot be made", { createContext: () => Promise.reject(new Error("no database")) }, "no database"],
    [
      "the storage cannot open",
      {
        wrap: (storage: Served["storage"]) =>
          double(storage, { open: async () => Promise.reject(new Error("the disk is gone")) }),
      },
      "the disk is gone",
    ],
    [
      "the storage fails before the first byte",
      {
        wrap: (storage: Served["storage"]) =>
          double(storage, {
            async open() {
              return (async function* () {
                yield await Promise.reject(new Error("the disk is broken"))
              })()
            },
          }),
      },
      "the disk is broken",
    ],
  ] satisfies [string, ServeOptions, string][])("such as that %s is answered and told", async (_, options, message) => {
    const plain = await serve()
    const directory = plain.directory
    const token = await staged(plain)
    const temp = createTempStorage({ directory })
    const wrap = "wrap" in options && options.wrap ? options.wrap : (storage: typeof temp) => storage
    const server = await servePreviews({ ...options, wrap: () => wrap(temp) })
    const answer = await get(server, referenceOf(server, token))
    expect([answer.status, answer.json.code]).toEqual([500, "internal_error"])
    expect(server.errors).toMatchObject([{ message }])
  })

  it("in the middle cuts the connection, so that half a file is not taken for all of it", async () => {
    const server = await servePreviews({
      wrap: (storage) =>
        double(storage, {
          open: async () =>
            (async function* () {
              yield Buffer.alloc(100)
              throw new Error("the disk is broken")
            })(),
        }),
    })
    await expect(get(server, referenceOf(server, await staged(server)))).rejects.toThrow()
    expect(server.errors).toMatchObject([{ message: "the disk is broken" }])
  })

  it("that gives too few bytes is told, one that gives too many harms no later answer", async () => {
    let given = Buffer.alloc(100)
    const server = await servePreviews({
      wrap: (storage) =>
        double(storage, {
          open: async () =>
            (async function* () {
              yield given
            })(),
        }),
    })
    const reference = referenceOf(server, await staged(server, png(200)))
    await expect(get(server, reference)).rejects.toThrow()
    expect(server.errors).toMatchObject([{ code: "storage_failed" }])
    given = Buffer.concat([png(200), Buffer.from("HTTP/1.1 200 OK\r\n\r\n")])
    const wire = await server.wire()
    const ask = head("GET", `/previews/${reference}`, { "X-User": "ann" })
    await wire.send(ask + ask)
    for (const answer of [await wire.answer(), await wire.answer()]) {
      expect(answer).toMatchObject({ status: 200, headers: { "content-length": "200" } })
    }
  })
})

describe("a client that", () => {
  /** Asks for a file that no socket can swallow whole, and tells when it is let go and when all is over. */
  async function askForLarge(options: ServeOptions = {}, beforeOpen: () => unknown = () => undefined) {
    const released = gate()
    const asked = gate()
    const over = gate()
    const server = await serve({
      ...options,
      wrap: (storage) =>
        double(storage, {
          async open(key, range) {
            asked.open()
            await beforeOpen()
            const source = await storage.open(key, range)
            return (async function* () {
              try {
                yield* source
              } finally {
                released.open()
              }
            })()
          },
        }),
      routes: (app, sticky) =>
        app.use("/previews", (req, res) => {
          const request = { req, res, reference: req.path.slice(1), makeContext: () => personOf(req) }
          void handlePreview(sticky, request).then(over.open)
        }),
    })
    const reference = referenceOf(server, await staged(server, Buffer.alloc(20_000_000, 1)))
    const wire = await server.wire()
    wire.socket.pause()
    await wire.send(head("GET", `/previews/${reference}`, { "X-User": "ann" }))
    return { server, wire, asked: asked.opened, over: Promise.all([released.opened, over.opened]) }
  }

  it("goes away in the middle lets the file go, and nobody is told of a fault", async () => {
    const { server, wire, over } = await askForLarge()
    await new Promise((resolve) => wire.socket.once("readable", resolve))
    wire.socket.destroy()
    await over
    expect(server.errors).toEqual([])
  })

  it("goes away while the file is opened lets it go too", async () => {
    const closed = gate()
    const { server, wire, over, asked } = await askForLarge({}, () => closed.opened)
    await asked
    const { res } = server.requests.at(-1) as Served["requests"][number]
    const gone = new Promise((resolve) => res.once("close", resolve))
    wire.socket.destroy()
    await gone
    closed.open()
    await over
    expect(server.errors).toEqual([])
  })

  it("takes nothing for `idleSeconds` is cut off", async () => {
    const { server, wire, over } = await askForLarge({ idleSeconds: 0.3 })
    await over
    expect(server.errors).toEqual([])
    wire.socket.resume()
    await wire.closed
  })
})

describe("the guide's app", () => {
  it("shows the picture of a form that came back, to its person", async () => {
    vi.stubEnv("TMPDIR", await temporaryDirectory())
    onTestFinished(() => void vi.unstubAllEnvs())
    const { app } = await load("app.ts")
    const server = app.listen(0, "127.0.0.1")
    onTestFinished(() => server.close())
    await once(server, "listening")
    const url = `http://127.0.0.1:${server.address().port}`
    const body = new FormData()
    body.append("title", "")
    body.append("photo", new File([new Uint8Array(png())], "a.png"))
    const headers = { "x-user": "ann" }
    const failed = await fetch(`${url}/portraits`, { method: "POST", body, headers })
    const [, address = ""] = /<img src="([^"]+)"/.exec(await failed.text()) ?? []
    const answer = await fetch(url + address, { headers })
    expect([failed.status, answer.status, answer.headers.get("content-type")]).toEqual([422, 200, "image/png"])
    expect(Buffer.from(await answer.arrayBuffer()).equals(png())).toBe(true)
  })
})
