import { readFileSync } from "node:fs"
import { join } from "node:path"
import { createTRPCClient, httpBatchLink, httpLink, TRPCClientError } from "@trpc/client"
import { TRPCError } from "@trpc/server"
import type { StickyToken } from "sticky-uploads"
import type { StickyFile, Storage } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { zfd } from "zod-form-data"
import { createParts, png, serve } from "./support/app.js"

const parts = createParts()
const { procedure, router, uploads, sticky } = parts
let fail: Error | undefined
let inHandler: ((file: StickyFile) => Promise<unknown>) | undefined

const image = z.stickyFile({ maxBytes: 100_000, accept: ["image/*"] })
const create = z.object({ title: z.string().min(1), upload: image, more: z.array(z.stickyFile()).optional() })
const appRouter = router({
  album: router({
    create: procedure.input(create).mutation(async ({ input }) => {
      if (inHandler) return inHandler(input.upload)
      const stored = [input.upload, ...(input.more ?? [])].map((file) => file.promote(uploads))
      const all = await Promise.all(stored)
      if (fail) throw fail
      return all
    }),
    look: procedure.input(z.object({ upload: z.stickyFile() })).mutation(({ input }) => input.upload.name),
    pair: procedure
      .input(z.object({ front: image, back: image }))
      .mutation(async ({ input }) => [await input.front.promote(uploads), await input.back.promote(uploads)]),
    peek: procedure.input(z.object({ upload: z.stickyFile() })).query(({ input }) => input.upload.text()),
    form: procedure
      .input(zfd.formData({ title: zfd.text(), upload: image, extra: image.optional() }))
      .mutation(async ({ input }) => ({ ...(await input.upload.promote(uploads)), extra: input.extra?.name })),
  }),
})
type AppRouter = typeof appRouter

let server: Awaited<ReturnType<typeof serve>>
const clientOf = (user: string) =>
  createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${server.url}/trpc`, headers: { "x-user": user } })] })
let ann: ReturnType<typeof clientOf>

beforeAll(async () => {
  server = await serve(sticky, appRouter)
  ann = clientOf("ann")
})
afterAll(async () => {
  await server.close()
  parts.remove()
})

/** What a client sees of a refused call: the HTTP status and each issue's place and code. */
async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => new Error("the call passed"),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TRPCClientError)) throw error
  const issues = JSON.parse(error.message) as { path: PropertyKey[]; params?: { code: string } }[]
  return {
    status: error.data.httpStatus,
    issues: issues.map(({ path, params }) => `${path.join(".")}: ${params?.code}`),
  }
}
const refusedWith = (...issues: string[]) => ({ status: 400, issues })

describe("stickyMiddleware", () => {
  it("gives the handler the file that was uploaded, and promotes the very same bytes", async () => {
    const token = await server.upload("album.create/upload", new File([png], "../日本.png"))
    const [stored] = (await ann.album.create.mutate({ title: "x", upload: token })) as [{ key: string }]
    expect(stored).toMatchObject({ storage: "disk", name: "日本.png", size: png.length, type: "image/png" })
    expect(readFileSync(join(parts.uploadsDirectory, stored.key)).equals(png)).toBe(true)
  })

  it("leaves the token good when another field is wrong, and uses it when that is mended", async () => {
    const token = await server.upload("album.create/upload")
    expect(await refusalOf(ann.album.create.mutate({ title: "", upload: token }))).toEqual(
      refusedWith("title: undefined"),
    )
    await ann.album.create.mutate({ title: "x", upload: token })
  })

  it("undoes what was promoted when the handler throws, and leaves the token good", async () => {
    const token = await server.upload("album.create/upload")
    const before = parts.stored()
    for (const error of [new Error("boom"), new TRPCError({ code: "CONFLICT", message: "taken" })]) {
      fail = error
      await expect(ann.album.create.mutate({ title: "x", upload: token })).rejects.toThrow(error.message)
      expect(parts.stored()).toEqual(before)
    }
    fail = undefined
    await ann.album.create.mutate({ title: "x", upload: token })
  })

  it("removes a copy that was still under way when the call failed: it stayed behind", async () => {
    const token = await server.upload("album.create/upload")
    const before = parts.stored()
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const slow: Storage = {
      ...uploads,
      // A double: a real disk cannot be made to be slow on demand.
      async copyFrom(source, sourceKey, key) {
        arrive()
        await new Promise((resolve) => setTimeout(resolve, 50))
        return (await uploads.copyFrom?.(source, sourceKey, key)) ?? false
      },
    }
    let late: Promise<unknown> | undefined
    inHandler = async (file) => {
      late = file.promote(slow)
      await arrived
      throw new Error("another one failed first")
    }
    await expect(ann.album.create.mutate({ title: "x", upload: token })).rejects.toThrow("another one failed first")
    inHandler = undefined
    await late
    expect(parts.stored()).toEqual(before)
    await ann.album.create.mutate({ title: "x", upload: token })
  })

  it("begins no copy once the call has failed: one that had only just been asked for stayed behind", async () => {
    const token = await server.upload("album.create/upload")
    const before = parts.stored()
    let late: Promise<unknown> | undefined
    inHandler = async (file) => {
      late = file.promote(uploads)
      late.catch(() => undefined)
      throw new Error("at once")
    }
    await expect(ann.album.create.mutate({ title: "x", upload: token })).rejects.toThrow("at once")
    inHandler = undefined
    await expect(late).rejects.toMatchObject({ code: "scope_missing" })
    expect(parts.stored()).toEqual(before)
    await ann.album.create.mutate({ title: "x", upload: token })
  })

  it("removes the staged file once the call succeeded", async () => {
    const token = await server.upload("album.create/upload")
    const before = parts.staged().filter((name) => !name.includes(".claim-"))
    await ann.album.create.mutate({ title: "x", upload: token })
    const after = parts.staged().filter((name) => !name.includes(".claim-"))
    expect(before.length - after.length).toBe(1)
  })

  it("says that a file was used when its token comes again", async () => {
    const token = await server.upload("album.create/upload")
    await ann.album.create.mutate({ title: "x", upload: token })
    expect(await refusalOf(ann.album.create.mutate({ title: "x", upload: token }))).toEqual(
      refusedWith("upload: token_used"),
    )
  })

  it("says that a file is gone when nobody used it and it is not there", async () => {
    const token = await server.upload("album.create/upload")
    const response = await fetch(`${server.url}/sticky/album.create/upload`, {
      method: "DELETE",
      headers: { "x-user": "ann", "x-sticky-token": token },
    })
    expect(response.status).toBe(204)
    expect(await refusalOf(ann.album.create.mutate({ title: "x", upload: token }))).toEqual(
      refusedWith("upload: token_gone"),
    )
  })

  it("lets exactly one of many racing calls with one token win", async () => {
    const token = await server.upload("album.create/upload")
    const before = parts.stored().length
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => clientOf("ann").album.create.mutate({ title: "x", upload: token })),
    )
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason.message).toMatch(/token_(?:busy|used)/)
    }
    expect(parts.stored().length - before).toBe(1)
  })

  it("lets one of two racing calls win that never touch the file", async () => {
    const token = await server.upload("album.look/upload")
    const outcomes = await Promise.allSettled([1, 2].map(() => clientOf("ann").album.look.mutate({ upload: token })))
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
  })

  it("refuses a second call as busy while the first is still at work, and takes it when the first fails", async () => {
    const token = await server.upload("album.create/upload")
    let second: unknown
    inHandler = async (file) => {
      await file.text()
      inHandler = undefined
      second = await refusalOf(clientOf("ann").album.create.mutate({ title: "x", upload: token }))
      throw new Error("first failed")
    }
    await expect(ann.album.create.mutate({ title: "x", upload: token })).rejects.toThrow("first failed")
    expect(second).toEqual(refusedWith("upload: token_busy"))
    await ann.album.create.mutate({ title: "x", upload: token })
  })

  it("consumes a file that the handler only read", async () => {
    const token = await server.upload("album.create/upload")
    inHandler = async (file) => Buffer.from(await file.arrayBuffer()).equals(png)
    expect(await ann.album.create.mutate({ title: "x", upload: token })).toBe(true)
    inHandler = undefined
    expect(await refusalOf(ann.album.create.mutate({ title: "x", upload: token }))).toEqual(
      refusedWith("upload: token_used"),
    )
  })

  it("reads the file as a web stream, and again", async () => {
    const token = await server.upload("album.create/upload")
    inHandler = async (file) => {
      let size = 0
      for await (const chunk of file.stream()) size += chunk.length
      return [size, (await file.arrayBuffer()).byteLength]
    }
    expect(await ann.album.create.mutate({ title: "x", upload: token })).toEqual([png.length, png.length])
    inHandler = undefined
  })

  it("does not let a file be used after its call is over", async () => {
    const token = await server.upload("album.create/upload")
    let kept: StickyFile | undefined
    inHandler = async (file) => {
      kept = file
      throw new Error("left")
    }
    await expect(ann.album.create.mutate({ title: "x", upload: token })).rejects.toThrow("left")
    inHandler = undefined
    await expect(kept?.promote(uploads)).rejects.toMatchObject({ code: "scope_missing" })
    await ann.album.create.mutate({ title: "x", upload: token })
  })

  it("keeps a token through a query, which may read it", async () => {
    const token = await server.upload("album.peek/upload", new File(["hello"], "a.txt"))
    expect(await ann.album.peek.query({ upload: token })).toBe("hello")
  })

  it("serves createCaller in the same way", async () => {
    const token = await server.upload("album.create/upload")
    const caller = appRouter.createCaller({ user: "ann" })
    const [stored] = (await caller.album.create({ title: "x", upload: token })) as [{ size: number }]
    expect(stored.size).toBe(png.length)
    const other = await server.upload("album.create/upload")
    await expect(appRouter.createCaller({ user: "bob" }).album.create({ title: "x", upload: other })).rejects.toThrow(
      "token_wrong_subject",
    )
  })
})

describe("P2 a token is good for its target, its subject and its life only", () => {
  it("refuses another procedure's token, also for a field of the same name and limits", async () => {
    const token = await server.upload("album.look/upload")
    expect(await refusalOf(ann.album.create.mutate({ title: "x", upload: token }))).toEqual(
      refusedWith("upload: token_wrong_target"),
    )
  })

  it("refuses another field's token where both fields share one schema node", async () => {
    const [front, back] = [await server.upload("album.pair/front"), await server.upload("album.pair/back")]
    expect(await refusalOf(ann.album.pair.mutate({ front: back, back: front }))).toEqual(
      refusedWith("front: token_wrong_target", "back: token_wrong_target"),
    )
    expect((await refusalOf(ann.album.pair.mutate({ front, back: front }))).issues).toContain(
      "back: token_wrong_target",
    )
    await ann.album.pair.mutate({ front, back })
  })

  it("refuses one token at two places of a list: one upload is one file", async () => {
    const [upload, twice] = [await server.upload("album.create/upload"), await server.upload("album.create/more.*")]
    const call = ann.album.create.mutate({ title: "x", upload, more: [twice, twice] })
    expect(await refusalOf(call)).toEqual(refusedWith("more.0: token_used", "more.1: token_used"))
    await ann.album.create.mutate({ title: "x", upload, more: [twice] })
  })

  it("refuses another person's token", async () => {
    const token = await server.upload("album.create/upload")
    expect(await refusalOf(clientOf("bob").album.create.mutate({ title: "x", upload: token }))).toEqual(
      refusedWith("upload: token_wrong_subject"),
    )
  })

  it("never mixes two people's calls that run at once, batched or not", async () => {
    const tokens = (await Promise.all(
      ["ann", "bob"].map((user) => server.upload("album.create/upload", undefined, user)),
    )) as [StickyToken, StickyToken]
    const [ofAnn, ofBob] = tokens
    const outcomes = await Promise.allSettled([
      ann.album.create.mutate({ title: "a", upload: ofBob }),
      clientOf("bob").album.create.mutate({ title: "b", upload: ofAnn }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"])
    await Promise.all([
      ann.album.create.mutate({ title: "a", upload: ofAnn }),
      clientOf("bob").album.create.mutate({ title: "b", upload: ofBob }),
    ])
  })

  it("refuses an expired token", async () => {
    const other = createParts({ expiresInSeconds: 1, storage: parts.storage })
    const short = await serve(other.sticky, appRouter)
    const token = await short.upload("album.create/upload")
    const { exp } = JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString()) as { exp: number }
    await new Promise((resolve) => setTimeout(resolve, exp * 1000 - Date.now() + 5))
    expect(await refusalOf(ann.album.create.mutate({ title: "x", upload: token }))).toEqual(
      refusedWith("upload: token_expired"),
    )
    await short.close()
    other.remove()
  })

  it("refuses a token whose file today's limits no longer allow, with its own code and the limit's words", async () => {
    const release = (maxBytes: number, storage = parts.storage) => {
      const made = createParts({ storage })
      const input = z.object({ upload: z.stickyFile({ maxBytes }) })
      return { ...made, appRouter: made.router({ photo: made.procedure.input(input).mutation(() => "passed") }) }
    }
    const [before, after] = [release(1000), release(60)]
    const old = await serve(before.sticky, before.appRouter)
    const token = await old.upload("photo/upload")
    after.sticky.register(after.appRouter)
    await expect(after.appRouter.createCaller({ user: "ann" }).photo({ upload: token })).rejects.toThrow(
      /token_not_allowed[\s\S]*File is 70 bytes; the limit is 60 bytes: a\.png/,
    )
    expect(await before.appRouter.createCaller({ user: "ann" }).photo({ upload: token })).toBe("passed")
    await old.close()
    for (const each of [before, after]) each.remove()
  })
})

describe("P1 a token parses in a scope only", () => {
  it("refuses a token outside every scope and says what to mount", async () => {
    const token = await server.upload("album.create/upload")
    const result = create.safeParse({ title: "x", upload: token })
    expect(result.error?.issues[0]).toMatchObject({ path: ["upload"], params: { code: "scope_missing" } })
    expect(result.error?.issues[0]?.message).toContain("stickyMiddleware")
  })

  it("refuses a token in a procedure that no router made known", async () => {
    const alone = createParts()
    const lonely = alone.router({
      create: alone.procedure.input(z.object({ upload: z.stickyFile() })).mutation(() => 1),
    })
    const token = await server.upload("album.look/upload")
    await expect(lonely.createCaller({ user: "ann" }).create({ upload: token })).rejects.toThrow("target_unregistered")
    alone.remove()
  })
})

describe("a raw File on the server", () => {
  const file = (bytes: BlobPart, name = "a.png") => new File([bytes], name)
  const post = (form: FormData) =>
    createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${server.url}/trpc`, headers: { "x-user": "ann" } })],
    }).album.form.mutate(form as never)
  const form = (upload: File, more: Record<string, string | File> = {}) => {
    const data = new FormData()
    for (const [name, value] of Object.entries({ title: "x", upload, ...more })) data.append(name, value)
    return data
  }

  it("arrives through tRPC FormData and zod-form-data as the same StickyFile", async () => {
    const stored = await post(form(file(png)))
    expect(stored).toMatchObject({ name: "a.png", size: png.length, type: "image/png" })
    expect(readFileSync(join(parts.uploadsDirectory, stored.key)).equals(png)).toBe(true)
  })

  it("is refused at its field for its size and for what its bytes are", async () => {
    expect(await refusalOf(post(form(file(Buffer.alloc(100_001)))))).toEqual(refusedWith("upload: file_too_large"))
    expect(await refusalOf(post(form(file("just text"))))).toEqual(refusedWith("upload: file_type_refused"))
  })

  it("means nothing when the input was not touched", async () => {
    expect((await post(form(file(png), { extra: new File([], "") }))).extra).toBeUndefined()
    expect((await post(form(file(png), { extra: "" }))).extra).toBeUndefined()
    expect(await refusalOf(post(form(new File([], ""))))).toEqual(refusedWith("upload: file_required"))
  })

  it("wins over a token of the same name", async () => {
    const token = await server.upload("album.form/upload")
    const data = form(file(png, "new.png"))
    data.append("upload", token)
    expect((await post(data)).name).toBe("new.png")
  })

  it("is undone when the call fails", async () => {
    const before = parts.stored()
    fail = new Error("boom")
    const caller = appRouter.createCaller({ user: "ann" })
    await expect(caller.album.create({ title: "x", upload: file(png) })).rejects.toThrow("boom")
    fail = undefined
    expect(parts.stored()).toEqual(before)
  })

  it("is looked at when it is first read where nobody looked before", async () => {
    const parsed = create.parse({ title: "x", upload: file("just text") })
    await expect(parsed.upload.promote(uploads)).rejects.toMatchObject({ code: "file_type_refused" })
    const good = create.parse({ title: "x", upload: file(png) })
    expect(good.upload.type).toBe("application/octet-stream")
    await good.upload.arrayBuffer()
    expect(good.upload.type).toBe("image/png")
  })
})

describe("sticky.parse", () => {
  it("lets each file be promoted once, outside any call", async () => {
    const token = await server.upload("album.create/upload")
    const { upload } = await sticky.parse(
      create,
      { title: "x", upload: token },
      { ctx: { user: "ann" }, procedure: "album.create" },
    )
    expect(await upload.text()).toContain("PNG")
    await upload.promote(uploads)
    await expect(upload.promote(uploads)).rejects.toMatchObject({ code: "token_used" })
  })

  it("gives the file back when its promote fails", async () => {
    const token = await server.upload("album.create/upload")
    const { upload } = await sticky.parse(
      create,
      { title: "x", upload: token },
      { ctx: { user: "ann" }, procedure: "album.create" },
    )
    await expect(upload.promote(uploads, { key: "../up" })).rejects.toMatchObject({ code: "key_invalid" })
    await upload.promote(uploads)
  })

  it("throws the schema's own error", async () => {
    const token = await server.upload("album.create/upload")
    const parsing = sticky.parse(
      create,
      { title: "x", upload: token },
      { ctx: { user: "bob" }, procedure: "album.create" },
    )
    await expect(parsing).rejects.toBeInstanceOf(z.ZodError)
  })
})

describe("sticky.limits", () => {
  it("gives what the schema declares, for the page that renders the field", () => {
    expect(sticky.limits("album.create/upload")).toEqual({ maxBytes: 100_000, minBytes: 1, accept: ["image/*"] })
    expect(sticky.limits("album.create/more.*")).toEqual({ maxBytes: 12_000_000, minBytes: 1 })
    expect(() => sticky.limits("album.create/nope")).toThrow(
      /no target "album.create\/nope"; there are .*album.create\/upload/,
    )
  })
})

describe("sticky.sweep", () => {
  it("removes staged files and markers past their life, and nothing else", async () => {
    const { utimesSync } = await import("node:fs")
    const old = createParts()
    await old.storage.write(
      "staged.old",
      (async function* () {
        yield png
      })(),
    )
    await old.storage.write("staged.old.claim-1", (async function* () {})())
    await old.storage.write(
      "staged.new",
      (async function* () {
        yield png
      })(),
    )
    await old.storage.write(
      "promoted",
      (async function* () {
        yield png
      })(),
    )
    const long = new Date(Date.now() - 26 * 3_600_000)
    for (const name of ["staged.old", "staged.old.claim-1", "promoted"])
      utimesSync(join(old.stagedDirectory, name), long, long)
    expect(await old.sticky.sweep()).toMatchObject({ removedFiles: 2, removedUnfinished: 0 })
    expect(old.staged()).toEqual(["promoted", "staged.new"])
    old.remove()
  })
})
