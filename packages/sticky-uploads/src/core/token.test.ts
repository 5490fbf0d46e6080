import { describe, expect, it } from "vitest"
import { isTokenShaped, maxTokenLength } from "./token.js"

const token = `${"h".repeat(20)}.${"p".repeat(20)}.${"s".repeat(43)}`

describe("isTokenShaped", () => {
  it("takes three parts of base64url, the last as long as an HMAC-SHA256", () => {
    expect(isTokenShaped(token)).toBe(true)
    expect(isTokenShaped(token.padStart(maxTokenLength, "h"))).toBe(true)
  })

  it.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["a number", 1],
    ["an object", { toString: () => token }],
    ["two parts", token.slice(0, token.lastIndexOf("."))],
    ["four parts", `${token}.x`],
    ["a short signature", token.slice(0, -1)],
    ["a long signature", `${token}s`],
    ["a short header", token.slice(5)],
    ["padding", `${token.slice(0, -1)}=`],
    ["plain base64", token.replace("h", "+")],
    ["a line break at its end", `${token}\n`],
    ["space around it", ` ${token}`],
    ["more than 4096 characters", token.padStart(maxTokenLength + 1, "h")],
  ])("refuses %s", (_what, value) => {
    expect(isTokenShaped(value)).toBe(false)
  })
})
