import { afterEach, describe, expect, it } from "vitest"
import { putWorldInSlot } from "../core/scope.js"
import type { StickyToken } from "../core/token.js"
import * as z from "../zod.js"

const encode = (value: object) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
    .replace(/=+$/, "")
    .replaceAll("+", "-")
    .replaceAll("/", "_")
const tokenOf = (claims: object) =>
  `${encode({ alg: "HS256", kid: "k", typ: "sticky+jwt" })}.${encode(claims)}.${"s".repeat(43)}` as StickyToken
const token = tokenOf({ aud: "a/upload", jti: "x", name: "日本語.png", size: 1234, type: "image/png" })

const image = z.stickyFile({ maxBytes: 5000, accept: ["image/*"] })
const codesOf = (result: z.ZodSafeParseResult<unknown>) =>
  (result.error?.issues ?? []).map((issue) => [issue.path.join("."), (issue as any).params?.code])

/** A File as a browser has it: one of jsdom cannot be read. */
const fileOf = (content: string, name: string, type = "") => {
  const file = new File([content], name, { type })
  return Object.assign(file, { stream: () => new Blob([content]).stream(), text: async () => content })
}

describe("stickyFile in a browser", () => {
  it("checks a token for its shape, and says what it says", () => {
    expect(image.parse(token)).toMatchObject({ name: "日本語.png", size: 1234, type: "image/png" })
  })

  it("holds the field's limits against what the token says", () => {
    expect(codesOf(image.safeParse(tokenOf({ name: "a.png", size: 5001, type: "image/png" })))).toEqual([
      ["", "token_not_allowed"],
    ])
    expect(codesOf(image.safeParse(tokenOf({ name: "a.txt", size: 1, type: "text/plain" })))).toEqual([
      ["", "token_not_allowed"],
    ])
  })

  it("holds no limit against a file that is stored already, as the server does", () => {
    const kept = tokenOf({ name: "a.txt", size: 5001, type: "text/plain", existing: "sealed" })
    expect(image.parse(kept)).toMatchObject({ name: "a.txt", size: 5001, id: undefined, existing: undefined })
  })

  it.each(["nonsense", `${"h".repeat(16)}.${"p".repeat(16)}.${"s".repeat(43)}`, tokenOf({ name: 5 })])(
    "refuses what is no token: %.30s",
    (text) => {
      expect(codesOf(image.safeParse(text))).toEqual([["", "token_malformed"]])
    },
  )

  it("gives a token's file no content", async () => {
    await expect(image.parse(token).text()).rejects.toMatchObject({ code: "content_unavailable" })
  })

  it("takes a picked file by what the browser says of it", async () => {
    const picked = image.parse(fileOf("hello", "a.png", "image/png"))
    expect(picked).toMatchObject({ name: "a.png", size: 5, type: "image/png" })
    expect(await picked.text()).toBe("hello")
    await expect(picked.promote({} as never)).rejects.toMatchObject({ code: "content_unavailable" })
  })

  it("takes a CSV that Windows calls an Excel sheet, or nothing at all", () => {
    const csv = z.stickyFile({ accept: ["text/csv"] })
    expect(csv.parse(fileOf("a,b", "a.csv", "application/vnd.ms-excel")).name).toBe("a.csv")
    expect(csv.parse(fileOf("a,b", "a.csv")).name).toBe("a.csv")
  })

  it("refuses a picked file that the field does not take", () => {
    expect(codesOf(image.safeParse(fileOf("hello", "a.txt", "text/plain")))).toEqual([["", "file_type_refused"]])
    expect(codesOf(image.safeParse(fileOf("x".repeat(5001), "a.png")))).toEqual([["", "file_too_large"]])
    expect(codesOf(image.safeParse(fileOf("", "a.png")))).toEqual([["", "file_empty"]])
  })

  it("takes the File of an untouched input for nothing", () => {
    expect(codesOf(image.safeParse(fileOf("", "")))).toEqual([["", "file_required"]])
    expect(image.optional().parse(fileOf("", ""))).toBeUndefined()
    expect(image.nullable().parse("")).toBeNull()
  })

  it("finds each file's place in a larger form", () => {
    const schema = z.object({ items: z.array(z.object({ photo: image })), more: image.optional() })
    expect(schema.parse({ items: [{ photo: token }], more: "" }).items[0]?.photo.size).toBe(1234)
    expect(codesOf(schema.safeParse({ items: [{ photo: "x" }, {}] }))).toEqual([
      ["items.0.photo", "token_malformed"],
      ["items.1.photo", "file_required"],
    ])
  })

  it("takes the File of jsdom, which has no stream: forms could not be tested there", () => {
    expect(image.parse(new File(["hello"], "a.png", { type: "image/png" }))).toMatchObject({ name: "a.png", size: 5 })
  })

  describe("where a page is rendered on a server's behalf", () => {
    afterEach(() => {
      Reflect.deleteProperty(globalThis, Symbol.for("sticky-uploads.world.1"))
    })

    it("asks an open scope rather than the token", () => {
      const refusal = { code: "token_used" as const, details: { name: "a.png" } }
      const scope = { resolve: () => ({ refusal }), receive: () => refusal, say: () => "" }
      putWorldInSlot({ current: () => scope, receive: () => ({}) as never })
      expect(codesOf(image.safeParse(token))).toEqual([["", "token_used"]])
    })
  })
})
