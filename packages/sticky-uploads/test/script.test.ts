import { createHash } from "node:crypto"
import { once } from "node:events"
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import express from "express"
import { type StickyScript, stickyScript } from "sticky-uploads/express"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { buildScripts } from "./support/build-scripts.js"

const directory = mkdtempSync(join(tmpdir(), "sticky-script-"))
const forAYear = "public, max-age=31536000, immutable"
let script: StickyScript
let url: string
let close: () => unknown

beforeAll(async () => {
  await buildScripts(directory)
  script = stickyScript({ directory })
  const app = express()
  app.use("/sticky", script, (req, res) => void res.send(`after: ${req.path}`))
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = () => server.close()
})
afterAll(() => {
  close()
  rmSync(directory, { recursive: true })
})

const get = (path: string, init?: RequestInit) => fetch(url + path, init)
const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? ""
const sha384 = async (answer: Response) =>
  `sha384-${createHash("sha384")
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest("base64")}`

describe("W1 the page's script", () => {
  it.each([
    ["sticky-uploads.js", undefined, undefined],
    ["sticky-uploads.de.js", "de", undefined],
    ["sticky-uploads.fr.js", "fr", ""],
    ["sticky-uploads.full.js", undefined, "drops"],
    ["sticky-uploads.full.de.js", "de", "drops drafts"],
    ["sticky-uploads.full.fr.js", "fr", "previews"],
  ])("has a tag whose hash is that of the bytes at its URL: %s (language %s, data-with %s)", async (name, ...asked) => {
    const [language, wishes] = asked
    const attributes = wishes === undefined ? {} : { "data-with": wishes }
    const tag = script.tag({ url: "/sticky", language, attributes })
    expect(tag).toMatch(/^<script src="[^"]+" integrity="[^"]+"( data-with="[a-z ]*")? defer><\/script>$/)
    expect(attribute(tag, "src").split("?")[0]).toBe(`/sticky/${name}`)
    const answer = await get(attribute(tag, "src"))
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"])
    expect(await sha384(answer)).toBe(attribute(tag, "integrity"))
  })

  it("is one script that asks for no module and needs no inline code", async () => {
    const text = await (await get("/sticky/sticky-uploads.js")).text()
    expect(text).toMatch(/^\/\*! sticky-uploads \d[^\n]*BSD-3-Clause \*\/\n/)
    expect(text).not.toMatch(/\b(import|export|eval|require)\b|new Function|sourceMappingURL/)
  })
})

describe("stickyScript", () => {
  it("lets a URL that names the version be kept for good, and has every other one asked for again", async () => {
    const src = attribute(script.tag({ url: "/sticky" }), "src")
    const cacheControl = async (path: string) => (await get(path)).headers.get("cache-control")
    expect(await cacheControl(src)).toBe(forAYear)
    expect(await cacheControl("/sticky/sticky-uploads.js")).toBe("no-cache")
    expect(await cacheControl("/sticky/sticky-uploads.js?v=another")).toBe("no-cache")
  })

  it("answers 304 to who has these bytes, and 200 to who has others", async () => {
    const known = (await get("/sticky/sticky-uploads.js")).headers.get("etag") ?? ""
    const ask = (etag: string) => get("/sticky/sticky-uploads.js", { headers: { "if-none-match": etag } })
    const same = await ask(`"other", ${known}`)
    expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", known])
    expect((await ask(`"other"`)).status).toBe(200)
  })

  it("says to HEAD what it says to GET, without the bytes", async () => {
    const [head, whole] = await Promise.all([
      get("/sticky/sticky-uploads.js", { method: "HEAD" }),
      get("/sticky/sticky-uploads.js"),
    ])
    for (const name of ["content-type", "content-length", "etag", "cache-control"])
      expect(head.headers.get(name), name).toBe(whole.headers.get(name))
    expect(Number(head.headers.get("content-length"))).toBe((await whole.arrayBuffer()).byteLength)
    expect((await head.arrayBuffer()).byteLength).toBe(0)
  })

  it("lets nobody guess its type", async () => {
    expect((await get("/sticky/sticky-uploads.js")).headers.get("x-content-type-options")).toBe("nosniff")
  })

  it.each(["POST", "DELETE", "OPTIONS"])("refuses %s with 405 and what is allowed", async (method) => {
    const answer = await get("/sticky/sticky-uploads.js", { method })
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"])
  })

  it.each(["/", "/submission.create/upload", "/package.json", "/..%2fpackage.json", "/sub/sticky-uploads.js"])(
    "leaves %s to what is mounted after it",
    async (path) => {
      for (const method of ["GET", "POST"])
        expect(await (await get(`/sticky${path}`, { method })).text()).toBe(`after: ${path}`)
    },
  )

  it("speaks the nearest language that there is", () => {
    const nameOf = (language: string) => /sticky-uploads[\w.-]*\.js/.exec(script.tag({ url: "/sticky", language }))?.[0]
    expect(["de", "de-AT", "FR-ca", "en-GB", "ja", ""].map(nameOf)).toEqual([
      "sticky-uploads.de.js",
      "sticky-uploads.de.js",
      "sticky-uploads.fr.js",
      "sticky-uploads.js",
      "sticky-uploads.js",
      "sticky-uploads.js",
    ])
  })

  it("writes attributes into the tag, and nothing into the page beside it", () => {
    const tag = script.tag({ url: `/a"b&c/`, attributes: { "data-submit": "wait", nonce: `"><script>` } })
    expect(tag).toContain(`src="/a&quot;b&amp;c/sticky-uploads.js?v=`)
    expect(tag).toContain(` data-submit="wait" nonce="&quot;&gt;&lt;script&gt;" defer></script>`)
  })

  it("says at the start what is missing and what to do, when the script is not there", () => {
    const missing = join(directory, "nothing")
    expect(() => stickyScript({ directory: missing })).toThrow(TypeError)
    expect(() => stickyScript({ directory: missing })).toThrow(
      `sticky-uploads: the ready-made scripts are not all in ${missing}; build them with "npm run build"`,
    )
  })

  it("says at the start that one of the files was not copied along", () => {
    const copied = join(directory, "copied")
    mkdirSync(copied)
    copyFileSync(join(directory, "sticky-uploads.js"), join(copied, "sticky-uploads.js"))
    expect(() => stickyScript({ directory: copied })).toThrow(
      expect.objectContaining({ cause: new Error(`${copied} has no sticky-uploads.full.js`) }),
    )
  })
})
