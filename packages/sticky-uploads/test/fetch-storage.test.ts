import { afterEach, describe, expect, it, vi } from "vitest"
import { double } from "./support/doubles.js"
import type { HostName } from "./support/fetch-hosts.js"
import { file, png, text, upload } from "./support/multipart.js"
import { serveFetch } from "./support/serve-fetch.js"

const target = "/sticky/submission.create/upload"

afterEach(() => void vi.useRealTimers())

describe.each<HostName>(["Hono", "Fastify"])("what a storage is promised, by sticky-uploads/fetch in %s", (host) => {
  it("P8: of two forms that race with one token one wins, and later it is used", async () => {
    const server = await serveFetch(host)
    const { token } = (await server.post("/submissions", [text("title", ""), file("upload", "cat.txt", "meow")])).json
      .files.upload[0]
    const submit = () => server.post("/submissions", [text("title", "Cat"), text("_upload", token)])
    const [one, two] = (await Promise.all([submit(), submit()])).sort((a, b) => a.status - b.status)
    expect([one?.status, two?.status]).toEqual([303, 422])
    const late = await submit()
    expect([late.status, late.json.files.upload]).toEqual([422, []])
    expect(late.json.errors.upload).toEqual([expect.stringMatching(/again/)])
    expect(await server.left()).toEqual([])
  })

  it("P5: gives no token for a file that it did not take, and leaves nothing", async () => {
    const wrap = (inner: Parameters<typeof double>[0]) =>
      double(inner, {
        async write(key, source) {
          for await (const _ of source) throw new Error("the disk is full")
          return inner.write(key, source)
        },
      })
    const server = await serveFetch(host, { wrap })
    const { status, json } = await server.post(target, [upload(png(3_000_000))])
    expect([status, json.is_valid, json.stored]).toEqual([500, false, undefined])
    expect(server.errors).toMatchObject([{ message: "the disk is full" }])
    expect(await server.left()).toEqual([])
  })

  it("holds no more of one person's files than the quota, until some are taken back", async () => {
    const server = await serveFetch(host, { quotas: { waitingBytes: 5000 } })
    const first = await server.post(target, [upload(png(3000))])
    const second = await server.post(target, [upload(png(3000))])
    expect([first.status, second.status, second.json.code]).toEqual([200, 429, "too_many_bytes"])
    expect(await server.left()).toHaveLength(1)
    expect((await server.post(target, [upload(png(3000))], { "x-user": "bob" })).status).toBe(200)
    await server.ask("DELETE", target, { headers: { "x-sticky-token": first.json.stored } })
    expect((await server.post(target, [upload(png(3000))])).status).toBe(200)
  })

  it("P6: has what nobody submitted swept once its token has expired, and not before", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const server = await serveFetch(host, { expiresInSeconds: 60 })
    await server.post(target, [upload(png(300))])
    await server.sticky.sweep()
    expect(await server.left()).toHaveLength(1)
    // An hour of grace beyond that, as clocks differ.
    vi.setSystemTime(Date.now() + 3_700_000)
    await server.sticky.sweep()
    expect(await server.left()).toEqual([])
  })
})
