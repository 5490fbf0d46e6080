import { once } from "node:events"
import { utimes } from "node:fs/promises"
import { join } from "node:path"
import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client"
import {
  createDiskStorage,
  type InspectedFile,
  type Inspector,
  type RefusedEvent,
  type StickyError,
  type StickyOptions,
} from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { zfd } from "zod-form-data"
import * as app from "./support/app.js"
import { claimsOf } from "./support/claims.js"
import { gate } from "./support/doubles.js"
import { file, multipart, multipartType, png, text, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { type Person, serve } from "./support/serve.js"
import { serveForm } from "./support/serve-form.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()

const until = (isSo: () => unknown) => vi.waitUntil(isSo, { timeout: 20_000 })

const clean = Buffer.concat([png(), Buffer.from("harmless")])
const infected = Buffer.concat([png(), Buffer.from("a virus")])

/** Reads the whole file, and finds what we call a virus. */
async function scan(inspected: InspectedFile): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await inspected.open()) chunks.push(chunk)
  return Buffer.concat(chunks).includes("a virus") ? "a virus" : undefined
}

const scanner = (inspect: Inspector["inspect"] = scan, more: Partial<Inspector> = {}): Inspector => ({
  name: "scanner",
  inspect: vi.fn(inspect),
  ...more,
})
const down = (more?: Partial<Inspector>) => scanner(() => Promise.reject(new Error("the scanner is down")), more)

/** A scanner that looks at nothing before it is let go. */
function slowScanner() {
  const { open: go, opened } = gate()
  const signals: AbortSignal[] = []
  const inspector = scanner(async (inspected, signal) => {
    signals.push(signal)
    await opened
    return scan(inspected)
  })
  return { inspector, go, signals }
}

const refused = {
  is_valid: false,
  code: "file_refused",
  details: { name: "a.png", inspector: "scanner", reason: "a virus" },
  errors: { upload: ["The file was refused (a virus): a.png"] },
}

describe("an upload that is inspected", () => {
  it("is refused for what is found in it, and leaves nothing", async () => {
    const told: RefusedEvent<Person>[] = []
    const server = await serve({ inspect: [scanner()], onRefused: (event) => told.push(event) })
    expect(await server.post("doc/image", [upload(infected)])).toMatchObject({ status: 200, json: refused })
    expect(await server.left()).toEqual([])
    await until(() => told.length > 0)
    expect(told).toMatchObject([{ code: "file_refused", status: 422, target: "doc/image", subject: "ann" }])
    expect(await server.post("doc/image", [upload(clean)])).toMatchObject({ status: 200, json: { is_valid: true } })
    expect(server.errors).toEqual([])
  })

  it("shows the inspector what it is, by its bytes", async () => {
    const seen: InspectedFile[] = []
    const inspector = scanner(async (inspected) => void seen.push(inspected))
    const server = await serve({ inspect: [inspector], checksum: "sha256" })
    await server.post("doc/image", [upload(clean, "../x.html")])
    const { name, size, type, sha256, target } = seen[0] as InspectedFile
    expect({ name, size, type, target }).toEqual({
      name: "x.html",
      size: clean.length,
      type: "image/png",
      target: "doc/image",
    })
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it("is not shown to an inspector when its field refuses it anyway", async () => {
    const inspector = scanner()
    const server = await serve({ inspect: [inspector] })
    expect((await server.post("doc/image", [upload("text")])).json.code).toBe("file_type_refused")
    expect((await server.post("doc/image", [upload(png(6000))])).json.code).toBe("file_too_large")
    expect(inspector.inspect).not.toHaveBeenCalled()
  })

  it("counts no longer for its person once it is refused", async () => {
    const server = await serve({ inspect: [scanner()], quotas: { waitingBytes: 8000 } })
    const large = Buffer.concat([infected, Buffer.alloc(4500)])
    for (const _ of [1, 2, 3]) {
      expect((await server.post("doc/image", [upload(large)])).json).toMatchObject({ code: "file_refused" })
    }
    expect((await server.post("doc/image", [upload(png(4800))])).json).toMatchObject({ is_valid: true })
  })

  it("is refused when the scanner is down, and leaves nothing", async () => {
    const told: RefusedEvent<Person>[] = []
    const server = await serve({ inspect: [down()], onRefused: (event) => told.push(event) })
    const answer = await server.post("doc/image", [upload(clean)])
    expect(answer).toMatchObject({ status: 503, json: { is_valid: false, code: "inspection_failed" } })
    expect(await server.left()).toEqual([])
    expect(server.errors).toEqual([new Error("the scanner is down")])
    await until(() => told.length > 0)
    expect(told).toMatchObject([{ code: "inspection_failed", status: 503, details: { inspector: "scanner" } }])
  })

  it("is accepted when the scanner is down and the app says so; it is told all the same", async () => {
    const server = await serve({ inspect: [down({ onFailure: "accept" })] })
    expect(await server.post("doc/image", [upload(clean)])).toMatchObject({ status: 200, json: { is_valid: true } })
    expect(server.errors).toEqual([new Error("the scanner is down")])
  })

  it("leaves nothing when its client goes away meanwhile", async () => {
    const slow = slowScanner()
    const server = await serve({ inspect: [slow.inspector] })
    const wire = await server.wire()
    const body = multipart(upload(clean))
    await wire.send(
      head("POST", "/direct/doc/image", {
        "Content-Type": multipartType,
        "Content-Length": body.length,
        "X-User": "ann",
      }),
    )
    await wire.send(body)
    await until(() => slow.signals.length > 0)
    wire.socket.destroy()
    await once(server.requests[0]!.res, "close")
    slow.go()
    await Promise.all(server.handled)
    expect(await server.left()).toEqual([])
  })

  it("is not inspected any longer when its client went away and nobody has its token", async () => {
    const slow = slowScanner()
    const server = await serve({ inspect: [slow.inspector], inspectSeconds: 0.1 })
    const wire = await server.wire()
    const body = multipart(upload(clean))
    await wire.send(
      head("POST", "/direct/doc/image", {
        "Content-Type": multipartType,
        "Content-Length": body.length,
        "X-User": "ann",
      }),
    )
    await wire.send(body)
    await until(() => slow.signals.length > 0)
    wire.socket.destroy()
    await Promise.all(server.handled)
    expect(slow.signals.map(({ aborted }) => aborted)).toEqual([true])
    await until(async () => (await server.left()).length === 0)
    expect(server.errors).toEqual([])
  })
})

describe("a form without JavaScript whose files are inspected", () => {
  const title = text("title", "A title")

  it("shows what was found at the field, and keeps the other files", async () => {
    const server = await serveForm({ inspect: [scanner()] })
    const answer = await server.submit([title, file("upload", "b.png", clean), file("cover", "a.png", infected)])
    expect(answer).toMatchObject({
      status: 422,
      json: {
        errors: { cover: refused.errors.upload },
        files: { upload: [{ name: "b.png" }] },
        values: { title: "A title" },
      },
    })
    expect(answer.json.files.cover ?? []).toEqual([])
    expect(await server.staged()).toHaveLength(1)
    expect(server.calls).toEqual([])
  })

  it("is shown again when the scanner is down, with all that was typed and nothing stored", async () => {
    const server = await serveForm({ inspect: [down()] })
    const answer = await server.submit([title, file("upload", "a.png", clean)])
    expect(answer).toMatchObject({
      status: 422,
      json: { errors: { upload: ["The file could not be checked. Please try again."] }, values: { title: "A title" } },
    })
    expect(await server.left()).toEqual([])
  })

  it("keeps files whose inspection takes too long, and takes them when they come again", async () => {
    const slow = slowScanner()
    const server = await serveForm({ inspect: [slow.inspector], inspectSeconds: 0.1 })
    const first = await server.submit([title, file("upload", "a.png", clean), file("cover", "b.png", clean)])
    const pending = (name: string) => [
      `The uploaded file is still being checked: ${name}. Please try again in a moment.`,
    ]
    expect(first).toMatchObject({
      status: 422,
      json: { errors: { upload: pending("a.png"), cover: pending("b.png") } },
    })
    const {
      upload: [uploaded],
      cover: [cover],
    } = first.json.files
    slow.go()
    const again = [title, text("_upload", uploaded.token), text("_cover", cover.token)]
    await until(async () => (await server.submit(again)).status === 200)
    expect(server.calls).toHaveLength(1)
  })

  it("waits for its first slow file, and has the others inspected while it is read", async () => {
    const slow = slowScanner()
    const mixed = scanner((inspected, signal) =>
      inspected.name === "slow.png" ? slow.inspector.inspect(inspected, signal) : scan(inspected),
    )
    const server = await serveForm({ inspect: [mixed], inspectSeconds: 0.5 })
    const parts = [title, file("upload", "slow.png", clean), file("cover", "b.png", clean)]
    const { json } = await server.submit(parts)
    expect(Object.keys(json.errors)).toEqual(["upload"])
    // Its inspection took no time, and nobody waited for it.
    expect(claimsOf(json.files.cover[0].token).pending).toBe(true)
    slow.go()
    await until(async () => (await server.left()).filter((key) => key.endsWith(".verdict")).length === 2)
  })

  it("does not show a token again whose file was refused meanwhile", async () => {
    const slow = slowScanner()
    const server = await serveForm({ inspect: [slow.inspector], inspectSeconds: 0.1 })
    const first = await server.submit([title, file("upload", "a.png", infected)])
    slow.go()
    const again = [title, text("_upload", first.json.files.upload[0].token)]
    await until(async () => (await server.left()).join().includes("verdict"))
    const answer = await server.submit(again)
    expect(answer).toMatchObject({ status: 422, json: { errors: { upload: refused.errors.upload } } })
    expect(answer.json.files.upload ?? []).toEqual([])
    expect(server.calls).toEqual([])
  })
})

const image = z.stickyFile({ maxBytes: 5000, accept: ["image/*"] })
const inJson = (value: unknown) => (typeof value === "string" ? JSON.parse(value) : value)
const album = z.object({ upload: image })
/** A file in a field of JSON, where nobody can find it before that is parsed. */
const hidden = z.object({ json: z.preprocess(inJson, album) })
const renamed = (value: unknown) => ({ upload: (value as { document?: unknown })?.document })

/** A process of an app with tRPC; several may share a storage. */
async function start(options: Partial<StickyOptions<app.Context>>) {
  const parts = app.createParts(options)
  const kept = createDiskStorage({ directory: parts.uploadsDirectory })
  const router = parts.router({
    create: parts.procedure.input(album).mutation(({ input }) => input.upload.promote(kept)),
    form: parts.procedure.input(zfd.formData({ upload: image })).mutation(({ input }) => input.upload.promote(kept)),
    hidden: parts.procedure.input(hidden).mutation(({ input }) => input.json.upload.promote(kept)),
  })
  const server = await app.serve(parts.sticky, router)
  onTestFinished(async () => {
    await server.close()
    parts.remove()
  })
  const clientOf = (user: string) =>
    createTRPCClient<typeof router>({ links: [httpLink({ url: `${server.url}/trpc`, headers: { "x-user": user } })] })
  const uploaded = async (bytes: Buffer, target = "create/upload") =>
    server.upload(target, new File([new Uint8Array(bytes)], "a.png"))
  return { ...parts, server, kept, uploaded, ann: clientOf("ann"), bob: clientOf("bob") }
}

/** What a client sees of a refused call: each issue's place and code. */
async function issuesOf(call: Promise<unknown>): Promise<string[]> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error === undefined) return []
  if (!(error instanceof TRPCClientError)) throw error
  const issues = JSON.parse(error.message) as { path: PropertyKey[]; params?: { code: string } }[]
  return issues.map(({ path, params }) => `${path.join(".")}: ${params?.code}`)
}

const formWith = (bytes: Uint8Array) => {
  const form = new FormData()
  form.append("upload", new File([new Uint8Array(bytes)], "a.png"))
  return form
}

describe("a raw file that is inspected", () => {
  it("is no way around the scanner in tRPC's FormData", async () => {
    const { ann, stored } = await start({ inspect: [scanner()] })
    expect(await issuesOf(ann.form.mutate(formWith(infected) as never))).toEqual(["upload: file_refused"])
    expect(stored()).toEqual([])
    await ann.form.mutate(formWith(clean) as never)
    expect(stored()).toHaveLength(1)
  })

  it("is refused when the scanner is down", async () => {
    const { ann, stored, errors } = await start({ inspect: [down()] })
    expect(await issuesOf(ann.form.mutate(formWith(clean) as never))).toEqual(["upload: inspection_failed"])
    expect(stored()).toEqual([])
    expect(errors).toEqual([new Error("the scanner is down")])
  })

  it("is not shown to an inspector when its field refuses it anyway", async () => {
    const inspector = scanner()
    const { ann } = await start({ inspect: [inspector] })
    expect(await issuesOf(ann.form.mutate(formWith(png(6000)) as never))).toEqual(["upload: file_too_large"])
    expect(await issuesOf(ann.form.mutate(formWith(Buffer.from("text")) as never))).toEqual([
      "upload: file_type_refused",
    ])
    expect(inspector.inspect).not.toHaveBeenCalled()
  })

  it("is refused in sticky.parse", async () => {
    const { sticky } = await start({ inspect: [scanner()] })
    const schema = z.object({ upload: z.stickyFile() })
    sticky.register({ letter: schema })
    const parse = (bytes: Buffer) =>
      sticky.parse(
        schema,
        { upload: new File([new Uint8Array(bytes)], "a.png") },
        { ctx: { user: "ann" }, procedure: "letter" },
      )
    await expect(parse(infected)).rejects.toMatchObject({ issues: [{ params: { code: "file_refused" } }] })
    expect((await parse(clean)).upload.type).toBe("image/png")
  })

  it("is inspected when it is read where no look before the parse has found it", async () => {
    const inspector = scanner()
    const { sticky, kept, stored } = await start({ inspect: [inspector] })
    const schema = z.preprocess(renamed, z.object({ upload: image }))
    sticky.register({ letter: schema })
    const parse = async (bytes: Buffer) => {
      const document = new File([new Uint8Array(bytes)], "a.png")
      const { upload } = await sticky.parse(schema, { document }, { ctx: { user: "ann" }, procedure: "letter" })
      return upload
    }
    const bad = await parse(infected)
    await expect(bad.text()).rejects.toMatchObject({ code: "file_refused" })
    await expect(bad.promote(kept)).rejects.toMatchObject({ code: "file_refused" })
    expect(stored()).toEqual([])
    const good = await parse(clean)
    expect(await good.promote(kept)).toMatchObject({ size: clean.length })
    await good.text()
    expect(inspector.inspect).toHaveBeenCalledTimes(2)
  })

  it("may be empty where its field takes empty files", async () => {
    const { sticky } = await start({ inspect: [scanner()] })
    const schema = z.object({ upload: z.stickyFile({ minBytes: 0 }) })
    sticky.register({ letter: schema })
    const input = { upload: new File([], "empty.txt") }
    const { upload } = await sticky.parse(schema, input, { ctx: { user: "ann" }, procedure: "letter" })
    expect(await upload.text()).toBe("")
  })
})

/** An upload whose token is pending. */
async function pendingUpload(bytes: Buffer, options: Partial<StickyOptions<app.Context>> = {}, target?: string) {
  const slow = slowScanner()
  const process = await start({ inspect: [slow.inspector], inspectSeconds: 0.1, ...options })
  const token = await process.uploaded(bytes, target)
  expect(claimsOf(token).pending).toBe(true)
  return { ...process, ...slow, token }
}

describe("a token whose file is still being inspected", () => {
  it("passes once the file did, in every process: the submit waits for it", async () => {
    const { token, go, storage, staged } = await pendingUpload(clean)
    const { ann, stored } = await start({ inspect: [scanner()], inspectSeconds: 20, storage })
    const submitted = ann.create.mutate({ upload: token })
    go()
    await submitted
    expect(stored()).toHaveLength(1)
    expect(staged().filter((key) => !/claim|verdict/.test(key))).toEqual([])
    expect(await issuesOf(ann.create.mutate({ upload: token }))).toEqual(["upload: token_used"])
  })

  it("is refused as long as nobody knows, and passes later", async () => {
    const { ann, token, go, stored } = await pendingUpload(clean)
    expect(await issuesOf(ann.create.mutate({ upload: token }))).toEqual(["upload: token_pending"])
    expect(stored()).toEqual([])
    go()
    await until(async () => (await issuesOf(ann.create.mutate({ upload: token }))).length === 0)
    expect(stored()).toHaveLength(1)
  })

  it("is refused for what is found, the file is gone, and the app is told once", async () => {
    const told: RefusedEvent<app.Context>[] = []
    const { ann, token, go, staged, errors } = await pendingUpload(infected, { onRefused: (event) => told.push(event) })
    go()
    await until(() => told.length > 0)
    for (const _ of [1, 2]) {
      expect(await issuesOf(ann.create.mutate({ upload: token }))).toEqual(["upload: file_refused"])
    }
    expect(staged().filter((key) => !key.endsWith(".verdict"))).toEqual([])
    expect(told).toMatchObject([
      { code: "file_refused", details: { reason: "a virus" }, target: "create/upload", subject: "ann" },
    ])
    expect(errors).toEqual([])
  })

  it("counts no longer for its person once the file is refused, and only once", async () => {
    const told: unknown[] = []
    const options = { quotas: { waitingBytes: 10_000 }, onRefused: (event: unknown) => void told.push(event) }
    const { uploaded, go } = await pendingUpload(Buffer.concat([infected, Buffer.alloc(4000)]), options)
    go()
    await until(() => told.length > 0)
    await uploaded(png(4800))
    await uploaded(png(4800))
    await expect(uploaded(png(4800))).rejects.toThrow("too_many_bytes")
  })

  it("is no good to anybody else, for whom nothing is inspected", async () => {
    const { open: fail, opened } = gate()
    const inspector = scanner(async () => {
      await opened
      throw new Error("the scanner is down")
    })
    const { uploaded, ann, bob, staged, errors } = await start({ inspect: [inspector], inspectSeconds: 0.1 })
    const token = await uploaded(clean)
    fail()
    await until(() => errors.length > 0 && staged().length === 1)
    expect(await issuesOf(bob.create.mutate({ upload: token }))).toEqual(["upload: token_wrong_subject"])
    expect(inspector.inspect).toHaveBeenCalledTimes(1)
    expect(await issuesOf(ann.create.mutate({ upload: token }))).toEqual(["upload: token_pending"])
    expect(inspector.inspect).toHaveBeenCalledTimes(2)
  })

  it("can be discarded, and then nobody inspects the file or speaks of it", async () => {
    const told: unknown[] = []
    const { server, token, signals, staged, errors } = await pendingUpload(infected, {
      onRefused: (event) => told.push(event),
    })
    const { status } = await fetch(`${server.url}/sticky/create/upload`, {
      method: "DELETE",
      headers: { "x-user": "ann", "x-sticky-token": token },
    })
    expect(status).toBe(204)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    await until(() => staged().length === 0)
    expect([...errors, ...told]).toEqual([])
  })

  it("is asked about when it is used where no look before the parse has found it", async () => {
    const submit = ({ ann, token }: Awaited<ReturnType<typeof pendingUpload>>) =>
      ann.hidden.mutate({ json: JSON.stringify({ upload: token }) as never })
    const good = await pendingUpload(clean, {}, "hidden/json.upload")
    expect(await issuesOf(submit(good))).toEqual([": token_pending"])
    expect(good.stored()).toEqual([])
    good.go()
    await until(async () => (await issuesOf(submit(good))).length === 0)
    const bad = await pendingUpload(infected, {}, "hidden/json.upload")
    bad.go()
    await until(async () => (await issuesOf(submit(bad))).join() === ": file_refused")
    expect(bad.stored()).toEqual([])
  })

  it("cannot be read before it passed in sticky.parse either", async () => {
    const { sticky, token, go, kept, stored } = await pendingUpload(infected, {}, "hidden/json.upload")
    const input = { json: JSON.stringify({ upload: token }) }
    const { json } = await sticky.parse(hidden, input, { ctx: { user: "ann" }, procedure: "hidden" })
    await expect(json.upload.text()).rejects.toMatchObject({ code: "token_pending" })
    go()
    await until(() => json.upload.text().catch((error: StickyError) => error.code === "file_refused"))
    await expect(json.upload.promote(kept)).rejects.toMatchObject({ code: "file_refused" })
    expect(stored()).toEqual([])
  })

  it("is inspected anew when the process that was at it died", async () => {
    const dead = await pendingUpload(clean)
    const other = await start({ inspect: [scanner()], inspectSeconds: 0.1, storage: dead.storage })
    expect(await issuesOf(other.ann.create.mutate({ upload: dead.token }))).toEqual(["upload: token_pending"])
    const [lease = ""] = dead.staged().filter((key) => key.includes("inspection"))
    const longAgo = new Date(Date.now() - 3_600_000)
    await utimes(join(dead.stagedDirectory, lease), longAgo, longAgo)
    await until(async () => (await issuesOf(other.ann.create.mutate({ upload: dead.token }))).length === 0)
    expect(other.stored()).toHaveLength(1)
  })

  it("leaves a mark that is swept with its life, and not before", async () => {
    const { go, staged, stagedDirectory, sticky } = await pendingUpload(infected)
    go()
    await until(() => staged().length === 1)
    expect(await sticky.sweep()).toMatchObject({ removedFiles: 0 })
    const longAgo = new Date(Date.now() - 2 * 86_400_000)
    await utimes(join(stagedDirectory, staged()[0] as string), longAgo, longAgo)
    expect(await sticky.sweep()).toMatchObject({ removedFiles: 1 })
    expect(staged()).toEqual([])
  })
})

describe("createSticky", () => {
  it.each([
    [{ inspectSeconds: 0 }, /inspectSeconds is 0/],
    [{ maxInspectSeconds: Number.NaN }, /maxInspectSeconds is NaN/],
    [{ inspectAtOnce: 0.5 }, /inspectAtOnce is 0.5/],
    [{ inspect: scanner() as never }, /inspect/],
    [{ inspect: [{ name: "x" }] as never }, /inspect has something that is no inspector/],
  ])("takes no options of inspections that make no sense: %o", (options, message) => {
    expect(() => app.createParts({ inspect: [scanner()], ...options })).toThrow(message)
  })
})
