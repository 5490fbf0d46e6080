import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { readAnswer } from "./answer.js"
import { clientEnglish } from "./messages.js"

const read = (status: number, json: unknown) => readAnswer(status, json, clientEnglish)
const failed = ["Upload failed; please try again."]

describe("readAnswer", () => {
  it("passes the endpoint's answers on (V6, V7)", () => {
    const accepted = { is_valid: true, filename: "a", url: null, stored: "token" }
    expect(read(200, accepted)).toBe(accepted)
    const refused = { is_valid: false, errors: { upload: ["No."] }, code: "file_empty", details: { name: "a" } }
    expect(read(200, refused)).toEqual(refused)
    expect(read(413, refused)).toEqual({ ...refused, status: 413 })
  })

  it("reads a refusal of the original, which knows no codes", () => {
    const outcome = read(200, { is_valid: false, errors: { upload: ["Required."] } })
    expect(outcome).toEqual({ is_valid: false, errors: { upload: ["Required."] }, code: "internal_error", details: {} })
  })

  it.each([
    [0, null],
    [200, null],
    [200, "text"],
    [200, { is_valid: true }],
    [200, { is_valid: true, stored: "" }],
    [200, { is_valid: false }],
    [200, { is_valid: false, errors: null }],
    [200, { is_valid: false, errors: { upload: "text" } }],
    [204, null],
    [302, null],
    [403, null],
    [500, { error: "x" }],
    [500, { is_valid: true, stored: "token" }],
  ])("makes a failure of anything else: %i %j (D3)", (status, json) => {
    expect(read(status, json)).toMatchObject({ is_valid: false, errors: { upload: failed }, status, details: {} })
  })

  it("throws at nothing", () => {
    fc.assert(
      fc.property(fc.nat(600), fc.jsonValue(), (status, json) => {
        const outcome = read(status, json)
        expect(typeof outcome.is_valid).toBe("boolean")
        if (!outcome.is_valid) expect(outcome.errors.upload.join(" ").length).toBeGreaterThan(0)
      }),
    )
  })
})
