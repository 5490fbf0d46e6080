import { afterEach, describe, expect, it, vi } from "vitest"
import { FetchAnswer } from "../src/fetch/answer.js"
import { double, gate, tapped } from "./support/doubles.js"
import { file, multipart, multipartType, png, text, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { fetchApp } from "./support/serve-fetch.js"

expectNoStrayErrors()
afterEach(() => void vi.useRealTimers())

const url = "http://app.example/sticky/submission.create/upload"
const MiB = 1_048_576

function post(body: BodyInit | Uint8Array, headers: Record<string, string> = {}, init: RequestInit = {}): Request {
  return new Request(url, {
    method: "POST",
    headers: { "x-user": "ann", "content-type": multipartType, ...headers },
    body: body as BodyInit,
    duplex: "half",
    ...init,
  } as RequestInit)
}

/** A body that counts what is asked of it: a file of so many mebibytes, one at a time. */
function counted(mebibytes: number) {
  const whole = multipart(upload(png(mebibytes * MiB)))
  let asked = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = whole.subarray(asked * MiB, (asked + 1) * MiB)
        if (chunk.length === 0) return controller.close()
        asked += 1
        controller.enqueue(Uint8Array.from(chunk))
      },
    },
    { highWaterMark: 0 },
  )
  return { body, asked: () => asked }
}

describe("stickyEndpoint", () => {
  it("P4: asks nothing of a body before the person is allowed", async () => {
    const { body, asked } = counted(4)
    const before: number[] = []
    const app = await fetchApp({ authorize: () => before.push(asked()) > 0 })
    expect(await (await app.endpoint(post(body))).json()).toMatchObject({ is_valid: true, size: 4 * MiB })
    expect(before).toEqual([0])
  })

  it("P4: of a body that is refused throws away no more than a mebibyte or so", async () => {
    const { body, asked } = counted(40)
    const app = await fetchApp()
    const answer = await app.endpoint(post(body, { "sec-fetch-site": "cross-site" }))
    expect([answer.status, answer.headers.get("connection")]).toEqual([403, "close"])
    expect(await answer.json()).toMatchObject({ code: "origin_refused" })
    expect(asked()).toBeLessThanOrEqual(3)
  })

  it("P7: asks no more of a body than a storage that stands still can take, and ends with the request", async () => {
    const { body, asked } = counted(64)
    const reached = gate()
    const app = await fetchApp({
      wrap: (inner) =>
        double(inner, {
          write: (key, source) =>
            inner.write(
              key,
              tapped(source, (total) => {
                if (total <= 2 * MiB) return undefined
                reached.open()
                return new Promise(() => undefined)
              }),
            ),
        }),
    })
    const gone = new AbortController()
    const answered = app.endpoint(post(body, {}, { signal: gone.signal }))
    await reached.opened
    // As long as it takes to ask for all of it, where nothing holds that back.
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
    expect(asked()).toBeLessThan(8)
    gone.abort()
    expect((await answered).status).toBe(400)
  })

  it.each<[string, (request: Request) => unknown]>([
    ["read", (request) => request.text()],
    ["begun", (request) => request.body?.getReader().read()],
    ["taken hold of", (request) => request.body?.getReader()],
  ])("says that something else has %s the body", async (_, use) => {
    const app = await fetchApp()
    const request = post(multipart(upload(png())))
    await use(request)
    const answer = await app.endpoint(request)
    expect([answer.status, await answer.json()]).toMatchObject([500, { is_valid: false, code: "body_used" }])
    expect(app.errors).toMatchObject([{ code: "body_used" }])
  })

  it("P6: undoes a file whose answer the host cancels", async () => {
    const app = await fetchApp()
    const answer = await app.endpoint(post(multipart(upload(png()))))
    expect(await app.left()).toHaveLength(1)
    await answer.body?.cancel()
    expect(await app.refused.take()).toMatchObject({ code: "upload_aborted" })
    expect(await app.left()).toEqual([])
  })

  it("P6: undoes a file whose answer the host begins to take, and then finds nobody", async () => {
    const app = await fetchApp()
    const reader = (await app.endpoint(post(multipart(upload(png()))))).body?.getReader()
    expect((await reader?.read())?.value?.length).toBeGreaterThan(100)
    await reader?.cancel()
    expect(await app.refused.take()).toMatchObject({ code: "upload_aborted" })
    expect(await app.left()).toEqual([])
  })

  it("P6: undoes a file whose answer nobody has taken when the client goes", async () => {
    const app = await fetchApp()
    const gone = new AbortController()
    await app.endpoint(post(multipart(upload(png())), {}, { signal: gone.signal }))
    gone.abort()
    expect(await app.refused.take()).toMatchObject({ code: "upload_aborted" })
    expect(await app.left()).toEqual([])
  })

  it("refuses a request whose client was gone before it came", async () => {
    const app = await fetchApp()
    const answer = await app.endpoint(post(multipart(upload(png())), {}, { signal: AbortSignal.abort() }))
    expect([answer.status, answer.body]).toEqual([400, null])
    expect(await app.refused.take()).toMatchObject({ code: "upload_aborted" })
  })

  it("cuts off an upload that comes again, and keeps the last", async () => {
    const begun = gate()
    const app = await fetchApp({
      wrap: (inner) =>
        double(inner, {
          write: (key, source) =>
            inner.write(
              key,
              tapped(source, () => begun.open()),
            ),
        }),
    })
    const named = { "x-sticky-upload": "0.8437561928371" }
    const half = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(multipart(upload(png(9000))).subarray(0, 8000)),
    })
    const first = app.endpoint(post(half, named))
    await begun.opened
    const second = await app.endpoint(post(multipart(upload(png())), named))
    expect(await second.json()).toMatchObject({ is_valid: true })
    expect((await first).status).toBe(400)
    expect(await app.left()).toHaveLength(1)
  })

  it.each([
    ["http://app.example", 200],
    ["http://app.example:8080", 403],
    ["https://evil.example", 403],
  ])("P10: goes by the request's own address where no Host is told: %s gets %i", async (origin, status) => {
    const app = await fetchApp()
    const answer = await app.endpoint(post(multipart(upload(png())), { origin }))
    expect(answer.status).toBe(status)
    await answer.text()
  })

  it.each([
    "http://app.example/stickysubmission.create/upload",
    "http://app.example/other/submission.create/upload",
    "http://app.example/sticky",
    "http://app.example/sticky/%E0%A4%A",
  ])("knows no target at %s", async (address) => {
    const app = await fetchApp()
    const answer = await app.endpoint(new Request(address, { method: "POST" }))
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: "target_unknown" }])
  })

  it("counts everyone without a subject as one, and says so once", async () => {
    const app = await fetchApp({ authorize: () => true, subject: () => undefined, quotas: { uploadsPerMinute: 2 } })
    const statuses: number[] = []
    for (let count = 0; count < 3; count += 1) {
      const answer = await app.endpoint(post(multipart(upload(png()))))
      statuses.push(answer.status)
      await answer.text()
    }
    expect(statuses).toEqual([200, 200, 429])
    expect(app.errors).toMatchObject([
      { name: "TypeError", message: expect.stringMatching(/say it by the option address/) },
    ])
  })

  it("counts by the address that the app says", async () => {
    const address = ({ headers }: Request) => headers.get("x-real-ip") ?? undefined
    const quotas = { uploadsPerMinute: 1 }
    const app = await fetchApp({ authorize: () => true, subject: () => undefined, quotas, address })
    const from = async (ip: string) => {
      const answer = await app.endpoint(post(multipart(upload(png())), { "x-real-ip": ip }))
      await answer.text()
      return answer.status
    }
    expect([await from("203.0.113.7"), await from("203.0.113.8"), await from("203.0.113.7")]).toEqual([200, 200, 429])
    expect(app.errors).toEqual([])
  })

  it("takes a length that is none for no length", async () => {
    const app = await fetchApp()
    const answer = await app.endpoint(post(multipart(upload(png())), { "content-length": "7, 7" }))
    expect(await answer.json()).toMatchObject({ is_valid: true })
  })
})

describe("stickyForm", () => {
  const form = (...parts: Parameters<typeof multipart>) =>
    new Request("http://app.example/submissions", {
      method: "POST",
      headers: { "x-user": "ann", "content-type": multipartType },
      body: multipart(...parts) as Uint8Array<ArrayBuffer>,
    })

  it("P6: undoes the files of a form that is shown to nobody", async () => {
    const app = await fetchApp()
    const answer = await app.form(form(text("title", ""), file("upload", "cat.txt", "meow")))
    expect([answer.status, await app.left()]).toEqual([422, [expect.any(String)]])
    await answer.body?.cancel()
    await expect.poll(app.left).toEqual([])
  })

  it("rejects where the app answers with what is no answer, and leaves nothing", async () => {
    const app = await fetchApp({ page: () => Response.error() })
    await expect(app.form(form(text("title", ""), file("upload", "cat.txt", "meow")))).rejects.toThrow("the status 0")
    await expect.poll(app.left).toEqual([])
  })

  it("P9: lets nobody keep the page, unless the app says how", async () => {
    const app = await fetchApp()
    const { headers } = await app.form(form(text("title", ""), file("upload", "cat.txt", "meow")))
    expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"])
  })
})

describe("FetchAnswer", () => {
  it("serves a host that reads ahead", async () => {
    const answer = new FetchAnswer(new Headers())
    const closed = new Promise((resolve) => answer.once("close", resolve))
    answer.writeHead(200, { "Content-Type": "text/plain" })
    answer.write("hello ")
    const reader = (await answer.response).body?.getReader()
    const reads = Array.from({ length: 4 }, () => reader?.read())
    // All that it asked has been heard before there is more.
    await new Promise(setImmediate)
    answer.end("world")
    const chunks = (await Promise.all(reads)).flatMap((read) => read?.value ?? [])
    expect(Buffer.concat(chunks).toString()).toBe("hello world")
    await closed
    expect(answer.writableFinished).toBe(true)
  })

  it("is broken off when its host leaves it where it is for a minute", async () => {
    vi.useFakeTimers()
    const answer = new FetchAnswer(new Headers())
    const closed = new Promise((resolve) => answer.once("close", resolve))
    answer.writeHead(200, { "Content-Type": "text/plain" }).end("hello")
    const { body } = await answer.response
    await vi.advanceTimersByTimeAsync(59_000)
    expect(answer.destroyed).toBe(false)
    await vi.advanceTimersByTimeAsync(2000)
    await closed
    expect(answer.writableFinished).toBe(false)
    await expect(body?.getReader().read()).rejects.toThrow("broken off")
  })
})
