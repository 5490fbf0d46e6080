import { createTempStorage } from "sticky-uploads/server"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { double } from "./support/doubles.js"
import { png, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { type Served, schemas, serve } from "./support/serve.js"

expectNoStrayErrors()

async function staged(server: Served, target = "doc/image"): Promise<string> {
  const { json } = await server.post(target, [upload(png())])
  expect(json.is_valid).toBe(true)
  return json.stored
}

const discard = (server: Served, token: string, target = "doc/image", user = "ann") =>
  server.request("DELETE", target, { "x-sticky-token": token, "x-user": user })

describe("DELETE", () => {
  it("with a token removes its file: 204 and no body", async () => {
    const server = await serve()
    const token = await staged(server)
    expect(await server.left()).toHaveLength(1)
    expect(await discard(server, token)).toMatchObject({ status: 204, text: "" })
    expect(await server.left()).toEqual([])
  })

  it("again is no error", async () => {
    const server = await serve()
    const token = await staged(server)
    await discard(server, token)
    expect((await discard(server, token)).status).toBe(204)
    expect(await server.left()).toEqual([])
  })

  it("twice at once: neither is told that something is wrong with the file", async () => {
    const server = await serve()
    for (let round = 0; round < 20; round += 1) {
      const token = await staged(server)
      const answers = await Promise.all([discard(server, token), discard(server, token), discard(server, token)])
      expect(answers.map(({ status }) => status).filter((status) => status !== 204 && status !== 409)).toEqual([])
      expect(answers.some(({ status }) => status === 204)).toBe(true)
      expect((await discard(server, token)).status).toBe(204)
      expect(await server.left()).toEqual([])
    }
  })

  it("leaves the files of other tokens alone", async () => {
    const server = await serve()
    const [one] = [await staged(server), await staged(server)]
    await discard(server, one)
    expect(await server.left()).toHaveLength(1)
  })

  const tamper = (token: string) => `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`
  const refusals: [string, (token: string) => [token: string, target?: string, user?: string], number, string][] = [
    ["of another field", (token) => [token, "doc/other"], 422, "token_wrong_target"],
    ["of another person", (token) => [token, "doc/image", "bob"], 422, "token_wrong_subject"],
    ["that was tampered with", (token) => [tamper(token)], 422, "token_tampered"],
    ["that is nonsense", () => ["nonsense"], 422, "token_malformed"],
    ["that is empty", () => [""], 422, "token_malformed"],
    ["that is a key", () => ["staged.AAAAAAAAAAAAAAAAAAAAAAAA"], 422, "token_malformed"],
    ["by nobody", (token) => [token, "doc/image", ""], 403, "upload_forbidden"],
    ["at an unknown target", (token) => [token, "doc/unknown"], 404, "target_unknown"],
  ]

  it.each(refusals)("with a token %s is refused and the file stays", async (_, how, status, code) => {
    const server = await serve({ authorize: ({ ctx }) => Boolean(ctx.user) })
    const token = await staged(server)
    expect(await discard(server, ...how(token))).toMatchObject({ status, json: { is_valid: false, code } })
    expect(await server.left()).toHaveLength(1)
  })

  it("without a token is refused", async () => {
    const server = await serve()
    expect(await server.request("DELETE", "doc/image")).toMatchObject({
      status: 422,
      json: { code: "token_malformed" },
    })
  })

  it("with an expired token is refused; the sweeper has the file", async () => {
    const server = await serve({ expiresInSeconds: 60 })
    const token = await staged(server)
    vi.useFakeTimers({ toFake: ["Date"] })
    onTestFinished(() => void vi.useRealTimers())
    vi.setSystemTime(Date.now() + 61_000)
    expect(await discard(server, token)).toMatchObject({ status: 422, json: { code: "token_expired" } })
  })

  it("of a file that a call is using right now is refused with 409, and the call goes on", async () => {
    const server = await serve()
    const token = await staged(server)
    const input = { ...Object.fromEntries(Object.keys(schemas.doc.shape).map((key) => [key, undefined])), image: token }
    const only = schemas.doc.pick({ image: true })
    server.sticky.register({ only: only })
    await server.sticky.run({ ctx: { user: "ann" }, procedure: "doc", input }, async () => {
      const { image } = only.parse(input)
      expect(await image.text()).toHaveLength((await image.text()).length)
      expect(await discard(server, token)).toMatchObject({ status: 409, json: { code: "token_busy" } })
      expect((await image.arrayBuffer()).byteLength).toBe(200)
    })
    // Used now: gone, and to discard it is no error.
    expect((await discard(server, token)).status).toBe(204)
  })

  it("whose storage cannot remove is 503 or 500, and the token is good for another try at once", async () => {
    let fails = true
    const server = await serve({
      wrap: (inner) =>
        double(inner, {
          remove: async (key) => {
            if (fails && /^staged\.[^.]+$/.test(key)) throw new Error("the disk is read-only")
            await inner.remove(key)
          },
        }),
    })
    const token = await staged(server)
    expect(await discard(server, token)).toMatchObject({ status: 500, json: { code: "internal_error" } })
    expect(server.errors).toMatchObject([{ message: "the disk is read-only" }])
    fails = false
    expect((await discard(server, token)).status).toBe(204)
    expect(await server.left()).toEqual([])
  })

  it("works in another process that shares the secrets and the storage (P12)", async () => {
    const [one, two] = [await serve(), await serve()]
    const token = await staged(one)
    const other = await serve({ wrap: () => createTempStorage({ directory: one.directory }) })
    expect((await discard(two, token)).status).toBe(204)
    expect(await one.left()).toHaveLength(1)
    expect((await discard(other, token)).status).toBe(204)
    expect(await one.left()).toEqual([])
  })
})
