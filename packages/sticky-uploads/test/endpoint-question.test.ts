import { describe, expect, it, onTestFinished, vi } from "vitest"
import { double } from "./support/doubles.js"
import { png, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { type Served, type ServeOptions, schemas, serve } from "./support/serve.js"

expectNoStrayErrors()

async function staged(server: Served): Promise<string> {
  const { json } = await server.post("doc/image", [upload(png())])
  return json.stored
}

const ask = (server: Served, token: string, target = "doc/image", user = "ann", headers = {}) =>
  server.request("GET", target, { "x-sticky-token": token, "x-user": user, ...headers })

/** Submits a token alone. */
function submit(server: Served, token: string): Promise<unknown> {
  const only = schemas.doc.pick({ image: true })
  server.sticky.register({ only })
  const input = { image: token }
  return server.sticky.run({ ctx: { user: "ann" }, procedure: "doc", input }, async () => only.parse(input))
}

describe("GET with a token", () => {
  it("is 204, which nobody may keep, as long as the token could be submitted, and changes nothing", async () => {
    const server = await serve()
    const token = await staged(server)
    const left = await server.left()
    for (let round = 0; round < 2; round += 1) {
      const answer = await ask(server, token)
      expect(answer).toMatchObject({ status: 204, text: "" })
      expect(answer.headers.get("cache-control")).toBe("no-store")
    }
    expect(await server.left()).toEqual(left)
    expect((await server.request("DELETE", "doc/image", { "x-sticky-token": token })).status).toBe(204)
  })

  const tamper = (token: string) => `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`
  type Asked = [token: string, target?: string, user?: string, headers?: object]
  const refusals: [string, (token: string) => Asked, number, string][] = [
    ["of another field", (token) => [token, "doc/other"], 422, "token_wrong_target"],
    ["of another person", (token) => [token, "doc/image", "bob"], 422, "token_wrong_subject"],
    ["that was tampered with", (token) => [tamper(token)], 422, "token_tampered"],
    ["that is nonsense", () => ["nonsense"], 422, "token_malformed"],
    ["that is empty", () => [""], 422, "token_malformed"],
    ["by nobody", (token) => [token, "doc/image", ""], 403, "upload_forbidden"],
    ["at an unknown target", (token) => [token, "doc/unknown"], 404, "target_unknown"],
    [
      "from another site",
      (token) => [token, "doc/image", "ann", { "sec-fetch-site": "cross-site" }],
      403,
      "origin_refused",
    ],
  ]

  it.each(refusals)("%s is refused, and the app is told", async (_, how, status, code) => {
    const told: string[] = []
    const options: ServeOptions = {
      authorize: ({ ctx }) => Boolean(ctx.user),
      onRefused: (event) => told.push(event.code),
    }
    const server = await serve(options)
    const answer = await ask(server, ...how(await staged(server)))
    expect(answer).toMatchObject({ status, json: { is_valid: false, code } })
    expect(answer.headers.get("cache-control")).toBe("no-store")
    await expect.poll(() => told).toEqual([code])
  })

  it("that is gone, used or expired is refused, each in its own words", async () => {
    const server = await serve({ expiresInSeconds: 60 })
    const [gone, used, late] = [await staged(server), await staged(server), await staged(server)]
    await server.request("DELETE", "doc/image", { "x-sticky-token": gone })
    await submit(server, used)
    expect(await ask(server, gone)).toMatchObject({ status: 422, json: { code: "token_gone" } })
    expect(await ask(server, used)).toMatchObject({ status: 409, json: { code: "token_used" } })
    vi.useFakeTimers({ toFake: ["Date"] })
    onTestFinished(() => void vi.useRealTimers())
    vi.setSystemTime(Date.now() + 61_000)
    expect(await ask(server, late)).toMatchObject({ status: 422, json: { code: "token_expired" } })
  })

  it("of a file that is being inspected is 204 at once, and the refusal once there is one", async () => {
    let decide: (reason: string) => void = () => undefined
    const verdict = new Promise<string>((resolve) => {
      decide = resolve
    })
    const server = await serve({
      inspect: [{ name: "slow", inspect: () => verdict }],
      inspectSeconds: 0.05,
    })
    const token = await staged(server)
    expect((await ask(server, token)).status).toBe(204)
    decide("a virus")
    await expect.poll(() => ask(server, token)).toMatchObject({ status: 422, json: { code: "file_refused" } })
  })

  it("asks the storage nothing about a token that is no good here", async () => {
    let asked = 0
    const server = await serve({
      wrap: (inner) =>
        double(inner, {
          stat(key) {
            asked += 1
            return inner.stat(key)
          },
        }),
    })
    const token = await staged(server)
    asked = 0
    await ask(server, token, "doc/other")
    await ask(server, token, "doc/image", "bob")
    expect(asked).toBe(0)
  })

  it("counts as no upload", async () => {
    const server = await serve({ quotas: { uploadsPerMinute: 1 } })
    const token = await staged(server)
    for (let round = 0; round < 5; round += 1) expect((await ask(server, token)).status).toBe(204)
  })
})
