import { createDecipheriv, hkdfSync } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { kidOf } from "./keyring.js"
import { createSeal } from "./seal.js"

const secret = "a secret that is at least 32 bytes long"
const newer = "a newer secret, also 32 bytes or longer"
const seal = createSeal([secret])
const kid = kidOf(secret)

describe("createSeal", () => {
  it("opens what it closed, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        expect(seal.open(kid, seal.close(text))).toBe(text)
      }),
    )
  })

  it("closes the same text to another one each time", () => {
    expect(new Set(Array.from({ length: 100 }, () => seal.close("a")))).toHaveLength(100)
  })

  it("is AES-256-GCM, under a key that HKDF makes of the secret and nobody signs with", () => {
    const bytes = Buffer.from(seal.close("media/report.pdf"), "base64url")
    const key = Buffer.from(hkdfSync("sha256", secret, "", "sticky-uploads existing", 32))
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(-16))
    expect(decipher.update(bytes.subarray(12, -16)).toString() + decipher.final().toString()).toBe("media/report.pdf")
  })

  it("opens nothing that has any one bit changed", () => {
    const bytes = Buffer.from(seal.close("media/report.pdf"), "base64url")
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(() => seal.open(kid, changed.toString("base64url"))).toThrow()
    }
  })

  it("opens nothing that is cut", () => {
    const closed = seal.close("media/report.pdf")
    for (let at = 0; at < closed.length - 1; at += 1) expect(() => seal.open(kid, closed.slice(0, at))).toThrow()
  })

  it("closes with the first secret and opens with each by its id", () => {
    const both = createSeal([newer, secret])
    expect(both.open(kid, seal.close("a"))).toBe("a")
    expect(createSeal([newer]).open(kidOf(newer), both.close("a"))).toBe("a")
    expect(() => both.open(kidOf(newer), seal.close("a"))).toThrow()
    expect(() => createSeal([newer]).open(kid, seal.close("a"))).toThrow("no secret")
  })
})
