import { describe, expect, it } from "vitest"
import { isStickyError, StickyError, statusOf } from "./errors.js"

const error = new StickyError("token_used", { name: "a.png" }, "used")

describe("statusOf", () => {
  it("gives every code a status of a refusal or a failure", () => {
    for (const status of Object.values(statusOf)) expect(status >= 400 && status < 600).toBe(true)
  })
})

describe("isStickyError", () => {
  it("tells a StickyError, and one of a code", () => {
    expect(isStickyError(error)).toBe(true)
    expect(isStickyError(error, "token_used")).toBe(true)
    expect(isStickyError(error, "token_gone")).toBe(false)
  })

  it("tells one that another copy of the package made", () => {
    class StickyErrorOfACopy extends Error {
      override name = "StickyError"
      code = "token_used"
    }
    expect(isStickyError(new StickyErrorOfACopy(), "token_used")).toBe(true)
  })

  it.each([
    undefined,
    null,
    "token_used",
    { name: "StickyError", code: "token_used" },
    new Error("token_used"),
    Object.assign(new Error(), { code: "token_used" }),
    Object.assign(new Error(), { name: "StickyError" }),
    Object.assign(new Error(), { name: "StickyError", code: "toString" }),
    Object.assign(new Error(), { name: "StickyError", code: "no_such_code" }),
  ])("does not take %o for one", (value) => {
    expect(isStickyError(value)).toBe(false)
  })
})
