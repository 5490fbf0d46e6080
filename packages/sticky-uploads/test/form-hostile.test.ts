import { describe, expect, it } from "vitest"
import { file, multipart, multipartType, type PartToSend, png, text } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { prototypes } from "./support/prototypes.js"
import { serveForm } from "./support/serve-form.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()

const title = text("title", "A title")
const good = file("upload", "a.png", png())

describe("P7", () => {
  const names: [string, string][] = [
    "hasOwnProperty.call",
    "toString.call",
    "toString",
    "valueOf",
    "__proto__",
    "__proto__.polluted",
    "constructor.prototype.polluted",
    "prototype",
    "a.__proto__.polluted",
    "a[0].constructor.polluted",
    "items[0].__proto__.photo",
    "a[5000000]",
    "a[1001]",
    "a[99999999999999999999]",
    `a${".b".repeat(10_000)}`.slice(0, 900),
    `a${"[0]".repeat(200)}`,
    "a.b.c.d.e.f.g.h.i",
    "x".repeat(201),
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "a[",
    "a[]",
    "a]b",
    "a[b]",
    "a[0]b",
    "[0]",
  ].map((name) => [name.length > 40 ? `${name.slice(0, 30)}… (${name.length})` : JSON.stringify(name), name])

  it.each(names)("a text field called %s is refused, and no prototype is touched", async (_, name) => {
    const server = await serveForm()
    const before = prototypes()
    const answer = await server.submit([title, good, text(name, "polluted")])
    expect(answer).toMatchObject({ status: 400, json: { is_valid: false, code: "field_name_refused" } })
    expect(prototypes()).toBe(before)
    expect(({} as any).polluted).toBeUndefined()
    expect(await server.left()).toEqual([])
    expect(server.calls).toEqual([])
  })

  it.each(names)("a file field called %s is refused just so", async (_, name) => {
    const server = await serveForm()
    const before = prototypes()
    expect(await server.submit([title, good, file(name, "b.png", png())])).toMatchObject({
      status: 400,
      json: { code: "field_name_refused" },
    })
    expect(prototypes()).toBe(before)
    expect(await server.left()).toEqual([])
  })

  it.each(["___proto__", "_toString", "__proto__-clear", "toString-clear", "_hasOwnProperty.call"])(
    "the hidden field or clear box of a poisoned name, %s, touches no prototype",
    async (name) => {
      const server = await serveForm()
      const before = prototypes()
      expect([200, 400]).toContain((await server.submit([title, good, text(name, "x")])).status)
      expect(prototypes()).toBe(before)
    },
  )

  const contradictions: [string, PartToSend[]][] = [
    ["a before a.b", [text("a", "1"), text("a.b", "2")]],
    ["a after a.b", [text("a.b", "2"), text("a", "1")]],
    ["a before a[0]", [text("a", "1"), text("a[0]", "2")]],
    ["a after a[0]", [text("a[0]", "2"), text("a", "1")]],
    ["a.b.c after a.b", [text("a.b", "1"), text("x", "y"), text("a.b.c", "2")]],
  ]

  it.each(contradictions)(
    "names that contradict each other, %s, are refused: neither value is lost in silence",
    async (_, parts) => {
      const server = await serveForm()
      expect(await server.submit([title, good, ...parts])).toMatchObject({
        status: 400,
        json: { code: "field_name_refused" },
      })
      expect(await server.left()).toEqual([])
    },
  )

  it("a field deeper than the schema is an error of the form or no matter, and never a crash", async () => {
    const server = await serveForm()
    for (const name of [
      "title.a",
      "title[0]",
      "items.a",
      "items[0].photo.a",
      "tags[3]",
      "items[1000].label",
      "upload.a",
    ]) {
      const answer = await server.submit([...(name.startsWith("title") ? [] : [title]), good, text(name, "x")])
      expect([200, 422, 400]).toContain(answer.status)
    }
    expect(server.thrown).toEqual([])
  })

  it("a thousand deep and distinct names take next to no processor time", async () => {
    const server = await serveForm()
    const parts = Array.from({ length: 990 }, (_, at) => text(`items[${at}].a.b.c.d.e.f`, "x"))
    const before = process.cpuUsage()
    expect((await server.submit([title, good, ...parts])).status).toBe(422)
    // Server and client together: a machine that stands still meanwhile does not count.
    const { user, system } = process.cpuUsage(before)
    expect(user + system).toBeLessThan(2_000_000)
  })

  it("a form refused in its middle leaves its connection good for the next one", async () => {
    const server = await serveForm()
    const wire = await server.wire()
    const bad = multipart(title, text("__proto__", "x"), good, text("more", "x".repeat(40_000)))
    const next = multipart(title, good)
    const of = (body: Uint8Array) =>
      head("POST", "/submissions", { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length })
    await wire.send(Buffer.concat([Buffer.from(of(bad)), bad, Buffer.from(of(next)), next]))
    expect(await wire.answer()).toMatchObject({ status: 400, json: { code: "field_name_refused" } })
    expect(await wire.answer()).toMatchObject({ status: 200 })
  })

  it("an empty form is a form in which everything is missing", async () => {
    const server = await serveForm()
    const answer = await server.submit([])
    expect(answer.status).toBe(422)
    expect(Object.keys(answer.json.errors).sort()).toEqual(["title", "upload"])
  })

  it.each([
    ["without its closing boundary", (body: Buffer) => body.subarray(0, -6)],
    ["cut off in its file", (body: Buffer) => body.subarray(0, 300)],
    ["of nonsense", () => Buffer.from("nonsense")],
  ])("a body %s is refused and leaves nothing", async (_, spoil) => {
    const server = await serveForm()
    const body = spoil(multipart(title, good))
    expect(await server.post("/submissions", body)).toMatchObject({
      status: 400,
      json: { code: "multipart_malformed" },
    })
    expect(await server.left()).toEqual([])
    expect(server.thrown).toEqual([])
  })
})
