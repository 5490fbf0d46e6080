import { createTRPCClient, httpLink } from "@trpc/client"
import type { PromotedEvent, RefusedEvent, StagedEvent, StickyHooks, SweepResult } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { describe, expect, it } from "vitest"
import { type Context, createParts, png, serve as serveRouter } from "./support/app.js"
import { claimsOf } from "./support/claims.js"
import { double, gate } from "./support/doubles.js"
import { file, multipart, multipartType, png as pngOf, text, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { createQueue } from "./support/queue.js"
import { type Person, serve } from "./support/serve.js"
import { serveAlbum } from "./support/serve-album.js"
import { serveForm } from "./support/serve-form.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()

/** Hooks that keep what they are told, in its order, to be awaited. */
function watched<C>() {
  const staged = createQueue<StagedEvent<C>>()
  const refused = createQueue<RefusedEvent<C>>()
  const promoted = createQueue<PromotedEvent<C>>()
  const swept = createQueue<SweepResult>()
  const hooks: StickyHooks<C> = {
    onStaged: staged.put,
    onRefused: refused.put,
    onPromoted: promoted.put,
    onSwept: swept.put,
  }
  const untaken = () => [staged.size, refused.size, promoted.size, swept.size]
  return { staged, refused, promoted, swept, hooks, untaken }
}
/** Resolves once everything was told that is due by now. */
const allTold = () => new Promise((resolve) => setImmediate(resolve))

const target = "album.create/upload"
const ctx = { user: "ann" }

describe("onStaged", () => {
  it("is told of a file once its token has gone out, with all that is known of it but the token", async () => {
    const { staged, hooks, untaken } = watched<Context>()
    const album = await serveAlbum({ ...hooks, checksum: "sha256" })
    const token = await album.upload(target, new File([png], "../日本.png"))
    const { jti: id, exp, sha256 } = claimsOf(token)
    const event = await staged.take()
    expect(event).toEqual({
      ctx,
      target,
      subject: "ann",
      form: undefined,
      id,
      name: "日本.png",
      size: png.length,
      type: "image/png",
      sha256,
      storage: "temp",
      expiresAt: new Date(exp * 1000),
    })
    expect(JSON.stringify(event)).not.toContain(token.split(".")[2])
    expect(untaken()).toEqual([0, 0, 0, 0])
  })

  it("is not told of a file whose person left before the answer: that is a refusal, and the file is gone", async () => {
    const { staged, refused, hooks } = watched<Person>()
    const written = gate()
    const left = gate()
    const server = await serve({
      ...hooks,
      wrap: (storage) =>
        double(storage, {
          async write(key, source) {
            const result = await storage.write(key, source)
            written.open()
            await left.opened
            return result
          },
        }),
    })
    const wire = await server.wire()
    const body = multipart(upload(pngOf()))
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
    await wire.send(Buffer.concat([Buffer.from(head("POST", "/sticky/doc/image", headers)), body]))
    await written.opened
    const closed = new Promise((resolve) => server.requests[0]?.res.once("close", resolve))
    wire.socket.destroy()
    await closed
    left.open()
    expect(await refused.take()).toMatchObject({ code: "upload_aborted", target: "doc/image", ctx })
    expect(staged.size).toBe(0)
    expect(await server.left()).toEqual([])
  })

  it("is told of the files that a failed form shows again, and not of those that it does not", async () => {
    const { staged, refused, promoted, hooks } = watched<Person>()
    const server = await serveForm(hooks)
    const answer = await server.submit([
      text("title", ""),
      file("upload", "a.png", pngOf()),
      file("cover", "b.png", ""),
    ])
    expect(answer.status).toBe(422)
    const { jti: id } = claimsOf(answer.json.files.upload[0].token)
    expect(await staged.take()).toMatchObject({
      id,
      ctx,
      form: "submission.create",
      target: "submission.create/upload",
      subject: "ann",
      name: "a.png",
      storage: "temp",
    })
    expect(await refused.take()).toMatchObject({ code: "file_empty", target: "submission.create/cover" })
    await allTold()
    expect([staged.size, promoted.size]).toEqual([0, 0])
  })

  it("is not told of the files of a form that passed, nor of one whose page could not be made", async () => {
    const { staged, promoted, hooks } = watched<Person>()
    const server = await serveForm({
      ...hooks,
      invalid: () => {
        throw new Error("no such template")
      },
    })
    const parts = [file("upload", "a.png", pngOf())]
    expect((await server.submit([text("title", ""), ...parts])).status).toBe(500)
    expect((await server.submit([text("title", "x"), ...parts])).status).toBe(200)
    expect(await promoted.take()).toMatchObject({ target: "submission.create/upload", stored: { name: "a.png" } })
    await allTold()
    expect(staged.size).toBe(0)
  })
})

describe("onRefused", () => {
  const nobody = { ctx: undefined, subject: undefined }
  const person = { ctx, subject: "ann" }
  type Ask = { method?: string; target?: string; headers?: Record<string, string>; bytes?: string }
  const refusals: [string, Ask, object][] = [
    ["a method", { method: "PUT" }, { code: "method_not_allowed", status: 405, ...nobody }],
    [
      "an unknown target, as the client wrote it",
      { target: "doc/<b>" },
      { code: "target_unknown", status: 404, target: "doc/<b>", details: { target: "doc/<b>" }, ...nobody },
    ],
    [
      "another site, before there is a context",
      { headers: { origin: "https://evil.example" } },
      { code: "origin_refused", status: 403, details: { origin: "https://evil.example" }, ...nobody },
    ],
    [
      "a person who may not, and who that is",
      { headers: { "x-user": "eve" } },
      { code: "upload_forbidden", status: 403, ctx: { user: "eve" }, subject: undefined },
    ],
    [
      "a body that is none",
      { headers: { "content-type": "text/plain" } },
      { code: "content_type_unsupported", status: 415, ...person },
    ],
    [
      "a file, with the status of its code and not that of the answer",
      { bytes: "just text" },
      { code: "file_type_refused", status: 415, details: { name: "a.png", type: "text/plain" }, ...person },
    ],
    [
      "a token that is to be discarded",
      { method: "DELETE", headers: { "x-sticky-token": "nonsense" } },
      { code: "token_malformed", status: 422, ...person },
    ],
  ]

  it.each(refusals)("is told of %s", async (_, { method = "POST", target: to, headers, bytes = pngOf() }, event) => {
    const { refused, hooks, untaken } = watched<Person>()
    const server = await serve({ ...hooks, authorize: ({ ctx }) => ctx.user === "ann" })
    const path = `/sticky/${encodeURIComponent(to ?? "doc/image")}`
    const answer =
      method === "POST"
        ? await server.post(path, [upload(bytes)], headers)
        : await server.request(method, path, headers)
    const told = await refused.take()
    expect(told).toMatchObject({ target: "doc/image", form: undefined, ...event })
    expect(answer.json).toMatchObject({ code: told.code, details: JSON.parse(JSON.stringify(told.details)) })
    await allTold()
    expect(untaken()).toEqual([0, 0, 0, 0])
    expect(server.errors).toEqual([])
  })

  it("names the field, and not the entry, of an array", async () => {
    const { refused, hooks } = watched<Person>()
    const server = await serve(hooks)
    await server.post("doc/items.3.photo", [upload("text")])
    expect((await refused.take()).target).toBe("doc/items.*.photo")
  })

  it("is not told of what is our fault: onError is", async () => {
    const { hooks, untaken } = watched<Person>()
    const write = () => Promise.reject(new Error("disk full"))
    const server = await serve({ ...hooks, wrap: (storage) => double(storage, { write }) })
    expect((await server.post("doc/image", [upload(pngOf())])).status).toBe(500)
    await allTold()
    expect(untaken()).toEqual([0, 0, 0, 0])
    expect(server.errors).toMatchObject([{ message: "disk full" }])
  })

  it("is told of each field of a form, with the form", async () => {
    const { refused, hooks } = watched<Person>()
    const server = await serveForm({ ...hooks, authorize: ({ target }) => target !== "submission.create/cover" })
    await server.submit([
      text("title", "x"),
      file("upload", "a.png", "text"),
      file("cover", "b.png", pngOf()),
      file("items[0].photo", "c.png", ""),
    ])
    const told = [await refused.take(), await refused.take(), await refused.take()]
    const form = "submission.create"
    expect(told).toMatchObject([
      { code: "file_type_refused", status: 415, target: `${form}/upload`, form, ctx, subject: "ann" },
      { code: "upload_forbidden", status: 403, target: `${form}/cover`, form },
      { code: "file_empty", status: 422, target: `${form}/items.*.photo`, form },
    ])
    await allTold()
    expect(refused.size).toBe(0)
  })

  it("is told of a contradiction and of two files for one field", async () => {
    const { refused, hooks } = watched<Person>()
    const server = await serveForm(hooks)
    await server.submit([
      text("title", "x"),
      file("upload", "a.png", pngOf()),
      file("upload", "b.png", pngOf()),
      file("cover", "c.png", pngOf()),
      text("cover-clear", "on"),
    ])
    expect([await refused.take(), await refused.take()].map(({ code, target: at }) => [at, code]).sort()).toEqual([
      ["submission.create/cover", "file_and_clear"],
      ["submission.create/upload", "too_many_files"],
    ])
  })

  it("is told of a whole form without a target", async () => {
    const { refused, hooks } = watched<Person>()
    const server = await serveForm(hooks)
    await server.submit([text("title", "x")], { origin: "https://evil.example" })
    expect(await refused.take()).toMatchObject({
      code: "origin_refused",
      form: "submission.create",
      target: undefined,
      ctx: undefined,
    })
  })
})

describe("onPromoted", () => {
  it("is told once the call has succeeded, and by the id of the staged file", async () => {
    const { staged, promoted, hooks, untaken } = watched<Context>()
    const album = await serveAlbum(hooks)
    const { stored } = await album.call(await album.upload(target))
    expect(await promoted.take()).toEqual({ ctx, target, subject: "ann", id: (await staged.take()).id, stored })
    await album.submit(await album.upload(target))
    expect((await promoted.take()).id).toBe((await staged.take()).id)
    await allTold()
    expect(untaken()).toEqual([0, 0, 0, 0])
  })

  it("is never told of what a failed call promoted", async () => {
    const { promoted, hooks } = watched<Context>()
    const album = await serveAlbum({
      ...hooks,
      handle: async (given) => {
        await given.promote(album.uploads)
        throw new Error("the database is down")
      },
    })
    const token = await album.upload(target)
    expect([(await album.call(token)).status, (await album.submit(token)).status]).toEqual([500, 500])
    await allTold()
    expect(promoted.size).toBe(0)
  })

  it("is told of the one call of a race that won", async () => {
    const { promoted, hooks } = watched<Context>()
    const album = await serveAlbum(hooks)
    const token = await album.upload(target)
    const statuses = (await Promise.all([1, 2, 3, 4].map(() => album.call(token)))).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 400, 400, 400])
    await promoted.take()
    await allTold()
    expect(promoted.size).toBe(0)
  })

  it("is told of each copy of one file", async () => {
    const { promoted, hooks } = watched<Context>()
    const album = await serveAlbum({
      ...hooks,
      handle: (given) => Promise.all([given.promote(album.uploads), given.promote(album.uploads)]),
    })
    await album.call(await album.upload(target))
    const [one, two] = [await promoted.take(), await promoted.take()]
    expect(one.id).toBe(two.id)
    expect(one.stored.key).not.toBe(two.stored.key)
  })

  it("is told of a raw file that came with the call: it has a field and no id", async () => {
    const { promoted, hooks } = watched<Context>()
    const parts = createParts(hooks)
    const { uploads } = parts
    const router = parts.router({
      send: parts.procedure
        .input(z.preprocess((form) => Object.fromEntries(form as FormData), z.object({ upload: z.stickyFile() })))
        .mutation(({ input }) => input.upload.promote(uploads)),
    })
    const server = await serveRouter(parts.sticky, router)
    const client = createTRPCClient<typeof router>({
      links: [httpLink({ url: `${server.url}/trpc`, headers: { "x-user": "ann" } })],
    })
    const form = new FormData()
    form.append("upload", new File([png], "a.png"))
    const stored = await client.send.mutate(form as never)
    expect(await promoted.take()).toEqual({ ctx, target: "send/upload", subject: "ann", id: undefined, stored })
    await server.close()
    parts.remove()
  })

  it("is told of files that are promoted outside of any call, each by itself", async () => {
    const { promoted, hooks } = watched<Context>()
    const album = await serveAlbum(hooks)
    const schema = z.object({ upload: z.stickyFile() })
    album.sticky.register({ alone: schema })
    const token = await album.upload("alone/upload")
    const known = { ctx, target: "alone/upload", subject: "ann" }
    for (const [upload, id] of [
      [token, claimsOf(token).jti],
      [new File([png], "b.png"), undefined],
    ]) {
      const parsed = await album.sticky.parse(schema, { upload }, { ctx, procedure: "alone" })
      const stored = await parsed.upload.promote(album.uploads)
      expect(await promoted.take()).toEqual({ ...known, id, stored })
    }
  })
})

describe("onSwept", () => {
  it("is told what a sweep removed", async () => {
    const { swept, hooks } = watched<Context>()
    const album = await serveAlbum(hooks)
    const result = await album.sticky.sweep()
    expect(await swept.take()).toEqual(result)
  })

  it("is told of the regular sweep too", async () => {
    const { swept, hooks } = watched<Context>()
    await serveAlbum({ ...hooks, sweepEverySeconds: 0.01 })
    expect(await swept.take()).toMatchObject({ removedFiles: 0, removedUnfinished: 0 })
  })
})

describe("a hook that", () => {
  const broken = new Error("the log is full")
  const hooks: [string, () => unknown, told: number][] = [
    [
      "throws",
      () => {
        throw broken
      },
      1,
    ],
    ["rejects", () => Promise.reject(broken), 1],
    ["never comes to an end", () => new Promise(() => undefined), 0],
  ]

  it.each(hooks)("%s changes nothing for anybody; onError has it", async (_, does, told) => {
    const calls = createQueue<void>()
    const hook = () => {
      calls.put()
      return does()
    }
    const album = await serveAlbum({ onStaged: hook, onRefused: hook, onPromoted: hook, onSwept: hook })
    const refused = await album.post(target, new File(["text"], "a.png"))
    expect(refused).toMatchObject({ status: 200, body: { is_valid: false, code: "file_type_refused" } })
    expect(await album.call(await album.upload(target))).toMatchObject({ status: 200 })
    expect(await album.submit(await album.upload(target))).toMatchObject({ status: 200 })
    expect(await album.sticky.sweep()).toMatchObject({ removedFiles: 0, removedUnfinished: 0 })
    // One refused, two staged, two promoted, one sweep.
    for (let call = 0; call < 6; call += 1) await calls.take()
    await allTold()
    expect(album.errors).toEqual(Array(6 * told).fill(broken))
  })

  it("takes its time before its first await does so after the answer", async () => {
    const order: string[] = []
    const parts = createParts({ onPromoted: () => order.push("told") })
    const router = parts.router({
      send: parts.procedure
        .input(z.object({ upload: z.stickyFile() }))
        .mutation(({ input }) => input.upload.promote(parts.uploads)),
    })
    const caller = router.createCaller(ctx)
    await caller.send({ upload: new File([png], "a.png") })
    order.push("answered")
    await allTold()
    expect(order).toEqual(["answered", "told"])
    parts.remove()
  })
})

describe("onError", () => {
  it("that rejects ends no process: nobody waited for it", async () => {
    const parts = createParts({
      onError: async () => Promise.reject(new Error("the log is full")),
      onSwept: () => boom(),
    })
    const said: unknown[] = []
    const { error } = console
    console.error = (...all) => said.push(all[1])
    await parts.sticky.sweep()
    await allTold()
    await allTold()
    console.error = error
    expect(said).toMatchObject([{ message: "the log is full" }])
    parts.remove()
  })
})

function boom(): never {
  throw new Error("boom")
}
