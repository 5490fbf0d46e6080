import fc from "fast-check"
import { decodeProtectedHeader } from "jose"
import { afterEach, describe, expect, it, vi } from "vitest"
import { isTokenShaped, type StickyToken } from "../core/token.js"
import { createExistingTokens, type FormToken, readFormToken } from "./existing-tokens.js"
import { createKeyring } from "./keyring.js"

const secret = "a secret that is at least 32 bytes long"
const newer = "a newer secret, also 32 bytes or longer"
const now = Math.floor(Date.now() / 1000)
const stored = { storage: "archive", key: "reports-2019-07", name: "日本語.pdf", size: 1234, type: "application/pdf" }
const call = { aud: "report.update/upload", sub: "user-7", exp: now + 3600 }

const tokens = createExistingTokens([secret])
const uploads = createKeyring([secret])
const previews = createKeyring([secret], undefined, "sticky-preview+jwt")
const existing = tokens.sign(stored, call)
const upload = uploads.sign({ ...call, jti: "A".repeat(24), iat: now, name: "a.png", size: 5, type: "image/png" })

const payloadOf = (token: string) => Buffer.from(token.split(".")[1] as string, "base64url").toString()
const claimsOf = (token: string) => JSON.parse(payloadOf(token))
const tamper = (token: string) => token.replace(/.$/, (last) => (last === "A" ? "B" : "A"))
const reasonOf = (read: FormToken) =>
  "refusal" in read ? `${read.refusal.code} ${Object.values(read.refusal.details)[0] ?? ""}`.trim() : "good"

afterEach(() => void vi.useRealTimers())

describe("createExistingTokens", () => {
  it("reads back what it signed", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 })
    const rows = fc.record(
      {
        storage: text,
        key: text,
        name: text,
        size: fc.maxSafeNat(),
        type: text,
        sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
      },
      { requiredKeys: ["storage", "key", "name", "size", "type"] },
    )
    const calls = fc.record({ aud: text, sub: text, exp: fc.constant(call.exp) }, { requiredKeys: ["aud", "exp"] })
    fc.assert(
      fc.property(rows, calls, (row, of) => {
        const token = tokens.sign(row, of)
        expect(isTokenShaped(token)).toBe(true)
        expect(tokens.read(token)).toEqual({ stored: row, claims: expect.objectContaining(of) })
      }),
    )
  })

  it("says what a form shows of the file, and to nobody where it is stored", () => {
    const claims = JSON.parse(payloadOf(existing))
    const { storage, key, ...shown } = stored
    expect(claims).toEqual({ ...shown, ...call, iat: expect.any(Number), existing: expect.stringMatching(/^[\w-]+$/) })
    for (const hidden of [storage, key]) {
      expect(payloadOf(existing)).not.toContain(hidden)
      expect(Buffer.from(claims.existing, "base64url").toString("latin1")).not.toContain(hidden)
    }
  })

  it("says one file differently each time, so that nobody sees that two rows have the same", () => {
    expect(JSON.parse(payloadOf(existing)).existing).not.toBe(JSON.parse(payloadOf(tokens.sign(stored, call))).existing)
  })

  it("leaves out the checksum of a column that has none", () => {
    const read = tokens.read(tokens.sign({ ...stored, sha256: null as never }, call))
    expect(read).toMatchObject({ stored })
    expect(JSON.stringify(read)).not.toContain("sha256")
  })

  it("is good to the last millisecond of its life and not one longer", () => {
    vi.useFakeTimers({ toFake: ["Date"], now: call.exp * 1000 - 1 })
    expect(reasonOf(tokens.read(existing))).toBe("good")
    vi.setSystemTime(call.exp * 1000)
    expect(reasonOf(tokens.read(existing))).toBe("token_expired 日本語.pdf")
  })

  it("takes other claims, or what another token hides, under no signature but their own", () => {
    const [header, , signature] = existing.split(".")
    const other = JSON.parse(payloadOf(tokens.sign({ ...stored, key: "of-somebody-else" }, call)))
    for (const change of [{ sub: "user-8" }, { aud: "a/b" }, { exp: call.exp + 1 }, { existing: other.existing }]) {
      const claims = Buffer.from(JSON.stringify({ ...JSON.parse(payloadOf(existing)), ...change }))
      expect(reasonOf(tokens.read(`${header}.${claims.toString("base64url")}.${signature}`))).toBe(
        "token_tampered signature",
      )
    }
  })

  it("takes those of its own name alone, whoever has the same secrets", () => {
    const staff = createExistingTokens([secret], "staff")
    expect(reasonOf(staff.read(staff.sign(stored, call)))).toBe("good")
    expect(reasonOf(tokens.read(staff.sign(stored, call)))).toBe("token_wrong_target report.update/upload")
    expect(reasonOf(staff.read(existing))).toBe("token_wrong_target report.update/upload")
  })

  it("signs and hides with the first secret, and reads with all", () => {
    const both = createExistingTokens([newer, secret])
    expect(both.read(existing)).toMatchObject({ stored })
    expect(createExistingTokens([newer]).read(both.sign(stored, call))).toMatchObject({ stored })
    expect(reasonOf(createExistingTokens([newer]).read(existing))).toBe("token_tampered unknown_key")
  })

  it("has room for the longest key and the longest name there are, and says when something is longer", () => {
    const longest = { ...stored, key: "k".repeat(200), name: '"'.repeat(255), sha256: "0".repeat(64) }
    expect(tokens.read(tokens.sign(longest, call))).toMatchObject({ stored: longest })
    const tooLong = () => tokens.sign({ ...stored, key: "k".repeat(4000) }, call)
    expect(tooLong).toThrow(TypeError)
    expect(tooLong).toThrow(/\d{4} characters is too long, as at most 4096 are taken/)
  })
})

describe("P2: the token of an upload and that of an existing file", () => {
  it("differ in their header's type, as RFC 8725 (3.11) asks", () => {
    expect(decodeProtectedHeader(existing)).toEqual({ ...decodeProtectedHeader(upload), typ: "sticky-existing+jwt" })
  })

  it.each<[string, (token: StickyToken) => FormToken, StickyToken]>([
    ["for uploads, an existing file's", uploads.verify, existing],
    ["for previews, an existing file's", previews.verify, existing],
    ["for existing files, an upload's", tokens.read, upload],
    ["for existing files, a preview's", tokens.read, previews.sign(claimsOf(upload))],
  ])("are strangers to each other: %s", (_what, read, token) => {
    expect(reasonOf(read(token))).toBe("token_tampered unknown_key")
  })

  it("pass as each other under no header but their own", () => {
    const [ofUpload, ofExisting] = [upload, existing].map((token) => token.split("."))
    const swapped = [ofExisting?.[0], ofUpload?.[1], ofUpload?.[2]].join(".")
    const back = [ofUpload?.[0], ofExisting?.[1], ofExisting?.[2]].join(".")
    expect(reasonOf(tokens.read(swapped))).toBe("token_tampered signature")
    expect(reasonOf(uploads.verify(back))).toBe("token_tampered signature")
  })
})

describe("readFormToken", () => {
  const read = (token: string) => readFormToken({ keyring: uploads, existing: tokens }, token)

  it("reads both kinds, and tells which it is", () => {
    expect(read(existing)).toMatchObject({ stored })
    expect(read(upload)).toMatchObject({ claims: { name: "a.png" } })
    expect(read(upload)).not.toHaveProperty("stored")
  })

  it.each([
    ["no token", "nonsense", "token_malformed"],
    ["an upload's with a broken signature", tamper(upload), "token_tampered signature"],
    ["an existing file's with a broken signature", tamper(existing), "token_tampered signature"],
    ["one of a key that nobody has", createKeyring([newer]).sign(claimsOf(upload)), "token_tampered unknown_key"],
  ])("refuses %s for what it is", (_what, token, reason) => {
    expect(reasonOf(read(token))).toBe(reason)
  })
})
