import { inspect } from "node:util"
import { createMemoryStorage, createSticky } from "sticky-uploads/server"
import { describe, expect, it } from "vitest"
import { multipart, multipartType, png, text, upload } from "../support/multipart.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { serveForm } from "../support/serve-form.js"
import { head } from "../support/wire.js"

expectNoStrayErrors()

const good = "a secret of more than thirty-two bytes"

describe("P10: secrets that are too short are refused at the start", () => {
  const create = (secrets: unknown) =>
    createSticky({
      secrets: secrets as string[],
      storage: createMemoryStorage(),
      authorize: () => true,
      sweepEverySeconds: false,
    })

  it.each([
    ["none", []],
    ["nothing", undefined],
    ["an empty one", [""]],
    ["one of 31 bytes", ["x".repeat(31)]],
    ["a short one behind a good one", [good, "short"]],
    ["one missing from the environment", [undefined]],
    ["a text in place of a list", good],
    ["a number", [12345678901234567890123456789012n]],
  ])("%s", (_, secrets) => {
    expect(() => create(secrets)).toThrow(TypeError)
    expect(() => create(secrets)).toThrow(/^sticky-uploads: .*secret/)
  })

  it("32 bytes are enough, and are what is counted", () => {
    expect(() => create(["é".repeat(16)])).not.toThrow()
  })

  it("no complaint, token, answer or inspection of what was made has a secret in it", async () => {
    expect(() => create(["hunter2"])).not.toThrow("hunter2")
    const server = await serveForm({ secrets: [good] })
    const answer = await server.post("/uploads/submission.create/upload", [upload(png())])
    const shown = inspect(server.sticky, { depth: Infinity, showHidden: true })
    for (const said of [answer.text, shown, JSON.stringify(server.sticky)])
      for (const way of [good, Buffer.from(good).toString("base64"), Buffer.from(good).toString("hex")])
        expect(said).not.toContain(way)
  })
})

describe("P10: uploads and forms of another site are refused", () => {
  const origins: [string, Record<string, string>][] = [
    ["of another site", { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" }],
    ["of a subdomain that someone else has", { "Sec-Fetch-Site": "same-site", Origin: "https://blog.app.example" }],
    ["that says two things", { "Sec-Fetch-Site": "same-origin, cross-site" }],
    ["that says it in capitals", { "Sec-Fetch-Site": "SAME-ORIGIN" }],
    ["of an old browser, from elsewhere", { Origin: "https://evil.example" }],
    ["of an old browser, over another scheme to another port", { Origin: "https://app.example:444" }],
    ["of a sandbox or a redirect", { Origin: "null" }],
    ["with an origin that a proxy was told", { Origin: "https://evil.example", "X-Forwarded-Host": "evil.example" }],
  ]
  const parts = [text("title", "x"), { name: "upload", filename: "a.png", bytes: png() }]
  const doors: [string, string, Buffer][] = [
    ["an upload", "/uploads/submission.create/upload", multipart(upload(png()))],
    ["a form", "/submissions", multipart(...parts)],
  ]

  for (const [what, path, body] of doors) {
    it.each(origins)(`${what} %s`, async (_, headers) => {
      const server = await serveForm()
      const wire = await server.wire()
      const all = { Host: "app.example", "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
      await wire.send(Buffer.concat([Buffer.from(head("POST", path, { ...all, ...headers })), body]))
      expect(await wire.answer()).toMatchObject({ status: 403, json: { code: "origin_refused" } })
      expect([await server.left(), server.calls]).toEqual([[], []])
    })
  }

  it.each(["https://app.example/", "app.example", "https://*.example", "null", "", "https://app.example/path"])(
    "an option that trusts %j is refused at the start: it would trust nobody, or everybody",
    (origin) => {
      expect(() =>
        createSticky({
          secrets: [good],
          storage: createMemoryStorage(),
          authorize: () => true,
          trustedOrigins: [origin],
        }),
      ).toThrow(/^sticky-uploads: trustedOrigins/)
    },
  )
})
