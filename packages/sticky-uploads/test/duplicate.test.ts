import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { double, gate } from "./support/doubles.js"
import { file, multipart, multipartType, png, text, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { type FormServed, serveForm } from "./support/serve-form.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()

const target = "/uploads/submission.create/upload"
const name = "0.8437561928371"

async function kept({ kept }: FormServed) {
  const sizes: number[] = []
  for await (const { size } of kept.list()) sizes.push(size)
  return sizes
}

/** Uploads as the client does, under a name of its own. */
async function send(server: FormServed, headers: Record<string, string> = {}, to = target, bytes = png(1000)) {
  const { status, json } = await server.post(to, [upload(bytes)], { "x-sticky-upload": name, ...headers })
  return { status, token: json.stored as string, code: json.code }
}
const submit = (server: FormServed, token: string) => server.submit([text("title", "x"), text("_upload", token)])
const answerOf = ({ status, json }: Awaited<ReturnType<typeof submit>>) => [
  status,
  json.result?.upload ?? json.errors.upload,
]

describe("an upload that comes again", () => {
  it("takes the place of the one before, whose token nobody has", async () => {
    const server = await serveForm()
    const first = await send(server)
    const second = await send(server)
    expect(await server.left()).toHaveLength(1)
    expect(answerOf(await submit(server, first.token))).toEqual([422, [expect.stringContaining("no longer there")]])
    expect(answerOf(await submit(server, second.token))).toEqual([200, "a.png"])
    expect(await server.staged()).toEqual([])
  })

  it("counts once for its person, who has no room for two", async () => {
    const server = await serveForm({ quotas: { waitingBytes: 1500 } })
    const bytes = png(1000)
    for (let time = 0; time < 3; time += 1) expect((await send(server, {}, target, bytes)).status).toBe(200)
    expect(await send(server, { "x-sticky-upload": "another-name" }, target, bytes)).toMatchObject({
      status: 429,
      code: "too_many_bytes",
    })
  })

  it("cuts off the one before where that still runs, and is taken", async () => {
    const server = await serveForm()
    const body = multipart(upload(png(4000)))
    const headers = { "X-User": "ann", "Content-Type": multipartType, "X-Sticky-Upload": name }
    const wire = await server.wire()
    const requested = once(server.server, "request")
    await wire.send(head("POST", target, { ...headers, "Content-Length": body.length }))
    await wire.send(body.subarray(0, 1000))
    await requested
    const { token } = await send(server)
    await wire.closed
    expect(answerOf(await submit(server, token))).toEqual([200, "a.png"])
    expect([await server.staged(), server.errors]).toEqual([[], []])
  })

  it("is the one that stays when the one before is through later", async () => {
    const stored = gate()
    const goOn = gate()
    let writes = 0
    const server = await serveForm({
      wrap: (inner) =>
        double(inner, {
          async write(key, source) {
            const written = await inner.write(key, source)
            writes += 1
            if (writes > 1) return written
            stored.open()
            await goOn.opened
            return written
          },
        }),
    })
    const first = send(server).catch((error: unknown) => error)
    await stored.opened
    const second = await send(server)
    goOn.open()
    expect(await first).toBeInstanceOf(Error)
    // There and back, for what the first one does in its end.
    while ((await server.staged()).length > 1) await server.request("OPTIONS", target)
    expect(answerOf(await submit(server, second.token))).toEqual([200, "a.png"])
    expect([await server.staged(), server.errors]).toEqual([[], []])
  })

  it.each<[string, Record<string, string>, string]>([
    ["another person", { "x-user": "bob" }, target],
    ["another field", {}, "/uploads/submission.create/cover"],
    ["another name", { "x-sticky-upload": "0.1111111111" }, target],
    ["no name", { "x-sticky-upload": "" }, target],
  ])("is none under %s", async (_what, headers, to) => {
    const server = await serveForm()
    const first = await send(server)
    await send(server, headers, to)
    expect(await server.staged()).toHaveLength(2)
    expect(answerOf(await submit(server, first.token))).toEqual([200, "a.png"])
  })

  it.each(["short", "x".repeat(65), "no spaces here", "../../etc/passwd"])(
    "is none under the name %j, which no client of ours gives",
    async (odd) => {
      const server = await serveForm()
      for (let time = 0; time < 2; time += 1) await send(server, { "x-sticky-upload": odd })
      expect(await server.staged()).toHaveLength(2)
    },
  )

  it("takes nothing from a call that is using the one before", async () => {
    const used = gate()
    const goOn = gate()
    const server = await serveForm({
      async mutate({ input, kept }) {
        const stored = await input.upload.promote(kept)
        used.open()
        await goOn.opened
        return { upload: stored.name }
      },
    })
    const call = submit(server, (await send(server)).token)
    await used.opened
    const again = await send(server)
    goOn.open()
    expect(answerOf(await call)).toEqual([200, "a.png"])
    expect(answerOf(await submit(server, again.token))).toEqual([200, "a.png"])
    expect([await server.staged(), server.errors]).toEqual([[], []])
  })

  it("is told where the one before cannot be removed, and is taken all the same", async () => {
    const server = await serveForm({
      wrap: (inner) =>
        double(inner, {
          async remove(key) {
            if (key.includes("claim")) return inner.remove(key)
            throw new Error("read-only")
          },
        }),
    })
    await send(server)
    expect((await send(server)).status).toBe(200)
    expect(server.errors).toMatchObject([{ message: "read-only" }])
  })
})

describe("a form that comes again", () => {
  it("is told that its file was submitted, and nothing is kept twice", async () => {
    const server = await serveForm()
    const { token } = await send(server)
    const body = [text("title", "x"), text("_upload", token)]
    const answers = [...(await Promise.all([server.submit(body), server.submit(body)])), await server.submit(body)]
    const [taken, ...others] = answers.map(answerOf).sort(([a], [b]) => Number(a) - Number(b))
    expect(taken).toEqual([200, "a.png"])
    expect(others).toEqual(
      Array(2).fill([
        422,
        [expect.stringMatching(/^The uploaded file (is being submitted right now|was submitted already): a\.png/)],
      ]),
    )
    expect([await server.staged(), await kept(server)]).toEqual([[], [1000]])
  })

  it("with its file in it leaves nothing of its own when it is refused both times", async () => {
    const server = await serveForm()
    const body = [text("title", "x"), file("upload", "a.png", Buffer.alloc(9000))]
    await Promise.all([server.submit(body), server.submit(body)])
    expect([await server.staged(), await kept(server)]).toEqual([[], []])
  })
})

describe("503", () => {
  it("says when to come again, as it may soon be over", async () => {
    const server = await serveForm({
      wrap: (inner) =>
        double(inner, {
          write: async () => {
            throw Object.assign(new Error("full"), {
              name: "StickyError",
              code: "storage_failed",
              status: 503,
              details: {},
            })
          },
        }),
    })
    const { status, headers } = await server.post(target, [upload(png())])
    expect([status, headers.get("retry-after")]).toEqual([503, "5"])
  })
})
