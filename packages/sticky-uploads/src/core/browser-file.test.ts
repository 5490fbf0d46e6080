import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { fileInBrowser, tokenInBrowser } from "./browser-file.js"
import { isStickyError } from "./errors.js"
import type { StickyToken } from "./token.js"

const encode = (claims: unknown) => Buffer.from(JSON.stringify(claims)).toString("base64url")
const tokenOf = (payload: string) => `${"h".repeat(16)}.${payload}.${"s".repeat(43)}` as StickyToken
const claims = { name: "a.png", size: 5, type: "image/png", sha256: "ab" }

function fileOf(token: StickyToken) {
  const read = tokenInBrowser(token)
  if (!("file" in read)) throw new Error(read.code)
  return read.file
}

describe("tokenInBrowser", () => {
  it("says what the token says", () => {
    expect(fileOf(tokenOf(encode(claims)))).toMatchObject(claims)
  })

  it("tells a file that is stored already from an upload, and not where it is", () => {
    expect(tokenInBrowser(tokenOf(encode(claims)))).toMatchObject({ isExisting: false })
    const existing = tokenInBrowser(tokenOf(encode({ ...claims, existing: "sealed" })))
    expect(existing).toMatchObject({ isExisting: true, file: { ...claims, existing: undefined } })
  })

  it("reads names of every script", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(fileOf(tokenOf(encode({ ...claims, name }))).name).toBe(name)
      }),
      { examples: [["日本語の写真.png"], ["naïve 👩‍🚀.png"]] },
    )
  })

  it.each([
    ["no base64", "%%%%%%%%%%%%%%%%%%%%"],
    ["no JSON", Buffer.from("this is not JSON, is it").toString("base64url")],
    ["no UTF-8", Buffer.from([...Buffer.from('{"name":"'), 0xff, 0xfe]).toString("base64url")],
    ["no object", encode(null)],
    ["no name", encode({ ...claims, name: undefined })],
    ["a size in words", encode({ ...claims, size: "5" })],
    ["no type", encode({ ...claims, type: 1 })],
  ])("refuses a token with %s", (_what, payload) => {
    expect(tokenInBrowser(tokenOf(payload))).toMatchObject({ code: "token_malformed" })
  })

  it("gives a handle without content", async () => {
    const file = fileOf(tokenOf(encode(claims)))
    const refused = (error: unknown) => isStickyError(error, "content_unavailable") && error.details.name === "a.png"
    await expect(file.text()).rejects.toSatisfy(refused)
    await expect(file.arrayBuffer()).rejects.toSatisfy(refused)
    await expect(file.promote({} as never)).rejects.toSatisfy(refused)
    expect(() => file.stream()).toThrow("a.png")
    await expect(file.discard()).resolves.toBeUndefined()
  })
})

describe("fileInBrowser", () => {
  it("can be read and not stored", async () => {
    const file = fileInBrowser(new File(["hello"], "a.txt", { type: "text/plain" }) as never)
    expect(file).toMatchObject({ name: "a.txt", size: 5, type: "text/plain", sha256: undefined })
    expect(await file.text()).toBe("hello")
    expect(Buffer.from(await file.arrayBuffer()).toString()).toBe("hello")
    expect(await new Response(file.stream() as never).text()).toBe("hello")
    await expect(file.promote({} as never)).rejects.toSatisfy((error) => isStickyError(error, "content_unavailable"))
  })
})
