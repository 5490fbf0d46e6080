import { once } from "node:events"
import { english, type StickyErrorCode } from "sticky-uploads"
import { type Inspector, StickyError } from "sticky-uploads/server"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { claimsOf } from "../support/claims.js"
import { double } from "../support/doubles.js"
import { file, multipartType, png, text, upload } from "../support/multipart.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { type Served, type ServeOptions, serve } from "../support/serve.js"
import { type FormServed, serveForm } from "../support/serve-form.js"
import { head } from "../support/wire.js"

expectNoStrayErrors()

/** Whatever was answered, as `fetch` has it or as it came over a bare socket. */
type Answered = { status: number; headers: Headers | Record<string, string> }

const headerOf = ({ headers }: Answered, name: string) => new Headers(headers).get(name)

function expectGuarded(answer: Answered): void {
  expect(headerOf(answer, "cache-control")).toBe("no-store")
  expect(headerOf(answer, "x-content-type-options")).toBe("nosniff")
}

const one = [upload(png())]
const post = (server: Served) => server.post("doc/image", one)
const stored = async (server: Served, target = "doc/image", headers = {}): Promise<string> =>
  (await server.post(target, one, headers)).json.stored
const takeBack = (server: Served, token: string, headers = {}) =>
  server.request("DELETE", "doc/image", { "x-sticky-token": token, ...headers })

/** Begins an upload and never ends it. */
async function stall(server: Served) {
  const wire = await server.wire()
  await wire.send(head("POST", "/sticky/doc/image", { "X-User": "ann", "Content-Type": multipartType, ...long }))
  return wire
}
const long = { "Content-Length": 2000 }

/** Goes on to a time that lies so many seconds ahead. */
function goOn(seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 })
  onTestFinished(() => void vi.useRealTimers())
}

const inspector = (inspect: Inspector["inspect"]): readonly Inspector[] => [{ name: "double", inspect }]
const broken = () => new StickyError("storage_failed", { storage: "double", operation: "write" }, "the disk is full")

/** How to be answered with each code that the endpoint answers with. */
const atEndpoint: [StickyErrorCode, ServeOptions, (server: Served) => Promise<Answered & { json: unknown }>][] = [
  ["method_not_allowed", {}, (server) => server.request("GET", "doc/image")],
  ["target_unknown", {}, (server) => server.post("doc/no-such-field", one)],
  ["origin_refused", {}, (server) => server.post("doc/image", one, { origin: "https://evil.example" })],
  ["upload_forbidden", { authorize: () => false }, post],
  ["too_many_uploads", { quotas: { uploadsPerMinute: 1 } }, (server) => stored(server).then(() => post(server))],
  ["too_many_bytes", { quotas: { waitingBytes: 10 } }, post],
  [
    "server_busy",
    { quotas: { uploadsAtOnce: 1 } },
    async (server) => {
      const begun = once(server.server, "request")
      await stall(server)
      await begun
      return post(server)
    },
  ],
  ["body_too_large", {}, (server) => server.post("doc/image", [upload("x".repeat(80_000))])],
  ["content_type_unsupported", {}, (server) => server.post("doc/image", one, { "content-type": "text/plain" })],
  ["multipart_malformed", {}, (server) => server.post("doc/image", Buffer.from("nonsense"))],
  ["multipart_limit", {}, (server) => server.post("doc/image", Array(51).fill(text("a", "b")))],
  ["upload_missing", {}, (server) => server.post("doc/image", [text("a", "b")])],
  ["too_many_files", {}, (server) => server.post("doc/image", [...one, ...one])],
  ["upload_timeout", { idleSeconds: 0.05 }, (server) => stall(server).then((wire) => wire.answer())],
  ["upload_too_slow", { maxUploadSeconds: 0.05 }, (server) => stall(server).then((wire) => wire.answer())],
  ["file_empty", {}, (server) => server.post("doc/image", [upload("")])],
  ["file_too_small", {}, (server) => server.post("doc/note", [upload("small")])],
  ["file_too_large", {}, (server) => server.post("doc/note", [upload("x".repeat(1001))])],
  ["file_type_refused", {}, (server) => server.post("doc/image", [upload("text")])],
  ["file_refused", { inspect: inspector(async () => "a virus") }, post],
  ["inspection_failed", { inspect: inspector(async () => Promise.reject(new Error("down"))) }, post],
  ["storage_failed", { wrap: (inner) => double(inner, { write: async () => Promise.reject(broken()) }) }, post],
  ["internal_error", { wrap: (inner) => double(inner, { write: async () => ({ size: 1 }) }) }, post],
  ["token_malformed", {}, (server) => takeBack(server, "nonsense")],
  ["token_tampered", {}, async (server) => takeBack(server, (await stored(server)).replace(/..$/, "AA"))],
  [
    "token_expired",
    { expiresInSeconds: 60 },
    async (server) => {
      const token = await stored(server)
      goOn(61)
      return takeBack(server, token)
    },
  ],
  ["token_wrong_target", {}, async (server) => takeBack(server, await stored(server, "doc/other"))],
  ["token_wrong_subject", {}, async (server) => takeBack(server, await stored(server), { "x-user": "bob" })],
  [
    "token_busy",
    {},
    async (server) => {
      const token = await stored(server)
      const key = `staged.${claimsOf(token).jti}.claim-1`
      await server.storage.write(key, (async function* () {})())
      return takeBack(server, token)
    },
  ],
]
/** What the endpoint has no occasion to say: issues of a schema, the other doors', and what an app's own calls throw. */
const elsewhere: StickyErrorCode[] = [
  "file_required",
  "file_invalid",
  "file_and_clear",
  "files_too_large",
  "token_gone",
  "token_used",
  "token_pending",
  "token_not_allowed",
  "scope_missing",
  "target_unregistered",
  "body_used",
  "field_name_refused",
  "upload_aborted",
  "storage_conflict",
  "storage_missing",
  "key_invalid",
  "content_unavailable",
  "content_stored",
]

describe("P9: every answer is no-store and nosniff, and a staged file is in none", () => {
  it.each(atEndpoint)("%s", async (code, options, ask) => {
    const server = await serve(options)
    const answer = await ask(server)
    expect(answer.json).toMatchObject({ is_valid: false, code })
    expectGuarded(answer)
  })

  it("there is no other code that the endpoint answers with", () => {
    const known = new Set([...atEndpoint.map(([code]) => code), ...elsewhere])
    const codes = Object.keys(english).filter((code) => !code.startsWith("preview_"))
    expect(codes.filter((code) => !known.has(code as StickyErrorCode))).toEqual([])
  })

  it.each<[string, number, (server: Served) => Promise<Answered>]>([
    ["an upload", 200, post],
    ["OPTIONS", 204, (server) => server.request("OPTIONS", "doc/image")],
    ["HEAD", 405, (server) => server.request("HEAD", "doc/image")],
    ["a file that was taken back", 204, async (server) => takeBack(server, await stored(server))],
    [
      "one that was taken back twice",
      204,
      async (server) => {
        const token = await stored(server)
        await takeBack(server, token)
        return takeBack(server, token)
      },
    ],
  ])("%s: %i", async (_, status, ask) => {
    const answer = await ask(await serve())
    expect(answer.status).toBe(status)
    expectGuarded(answer)
  })

  const picture = file("upload", "a.png", png())
  const html = { accept: "text/html" }
  const atForm: [string, number, (server: FormServed) => Promise<Answered>][] = [
    ["a form that passed", 200, (server) => server.submit([text("title", "x"), picture])],
    ["one that did not", 422, (server) => server.submit([text("title", ""), picture])],
    ["one that is refused, as a page", 403, (server) => server.submit([picture], { ...html, origin: "null" })],
    ["one that is refused, as JSON", 403, (server) => server.submit([picture], { origin: "null" })],
    ["a field name that no form has", 400, (server) => server.submit([text("__proto__.a", "b")])],
  ]
  it.each(atForm)("%s: %i", async (_, status, ask) => {
    const answer = await ask(await serveForm())
    expect(answer.status).toBe(status)
    expectGuarded(answer)
  })

  it("no address of the endpoint has a staged file's bytes, whoever asks and by whatever it is called", async () => {
    const server = await serve()
    const secret = "bytes that nobody but their owner may ever have"
    const { json } = await server.post("doc/note", [upload(secret, "a.txt")])
    const [key = ""] = await server.left()
    const names = [key, claimsOf(json.stored).jti, json.stored, "a.txt", `${key}/content`, `..%2f${key}`]
    const paths = names.flatMap((name) => [name, `doc/note/${name}`, `doc/note?token=${name}`, `doc/note?url=${name}`])
    for (const method of ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT"]) {
      for (const path of paths) {
        const answer = await server.request(method, path, { range: "bytes=0-", "content-type": multipartType })
        expect(answer.status, `${method} ${path}`).toBeGreaterThanOrEqual(method === "OPTIONS" ? 204 : 400)
        expect(answer.text).not.toContain(secret)
        expectGuarded(answer)
      }
    }
    expect(json.url).toBeNull()
    expect(await server.left()).toEqual([key])
  })
})
