import { createHmac } from "node:crypto"
import fc from "fast-check"
import { CompactSign, decodeProtectedHeader, jwtVerify, SignJWT } from "jose"
import { describe, expect, it } from "vitest"
import type { TokenClaims } from "../core/token.js"
import { createKeyring } from "./keyring.js"

const secret = "a secret that is at least 32 bytes long"
const newer = "a newer secret, also 32 bytes or longer"
const keyring = createKeyring([secret])
const now = Math.floor(Date.now() / 1000)

const claimsOf = (overrides: Partial<TokenClaims> = {}): TokenClaims => ({
  aud: "submission.create/upload",
  sub: "user-7",
  jti: "AAAAAAAAAAAAAAAAAAAAAAAA",
  iat: now,
  exp: now + 3600,
  name: "日本語.png",
  size: 1234,
  type: "image/png",
  ...overrides,
})
const token = keyring.sign(claimsOf())
const [header, payload, signature] = token.split(".") as [string, string, string]

function codeOf(text: unknown, ring = keyring, at?: number): string {
  const verified = ring.verify(text, at)
  if ("claims" in verified) return "good"
  const { code, details } = verified.refusal
  return code === "token_tampered" ? `${code}/${details.reason}` : code
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
const signed = (text: string, by = secret) => `${text}.${createHmac("sha256", by).update(text).digest("base64url")}`
const kid = decodeProtectedHeader(token).kid as string

describe("createKeyring", () => {
  it("P10: refuses to start without a secret of at least 32 bytes", () => {
    expect(() => createKeyring([])).toThrow("secrets is empty")
    expect(() => createKeyring(["x".repeat(31)])).toThrow("fewer than 32 bytes")
    expect(() => createKeyring([secret, "short"])).toThrow(TypeError)
    expect(() => createKeyring([undefined as never])).toThrow("fewer than 32 bytes")
    expect(() => createKeyring("x".repeat(40) as never)).toThrow(TypeError)
    expect(() => createKeyring(["é".repeat(16)])).not.toThrow()
  })

  it("never says the secret in its complaint", () => {
    expect(() => createKeyring(["hunter2"])).not.toThrow("hunter2")
  })

  it("reads back the claims it signed", () => {
    const claims = fc.record<TokenClaims>(
      {
        aud: fc.string({ unit: "grapheme", maxLength: 60 }),
        sub: fc.string({ unit: "grapheme", maxLength: 60 }),
        jti: fc.stringMatching(/^[A-Za-z0-9_-]{24}$/),
        iat: fc.nat(),
        exp: fc.integer({ min: now + 60, max: 2 ** 40 }),
        name: fc.string({ unit: "grapheme", maxLength: 60 }),
        size: fc.maxSafeNat(),
        type: fc.constantFrom("image/png", "application/octet-stream"),
        sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
      },
      { requiredKeys: ["aud", "jti", "iat", "exp", "name", "size", "type"] },
    )
    fc.assert(
      fc.property(claims, (claims) => {
        expect(keyring.verify(keyring.sign(claims))).toEqual({ claims, kid })
      }),
    )
  })

  it("signs no token over 4096 characters, and takes none, though its signature is right", () => {
    const long = claimsOf({ sub: "x".repeat(4000) })
    expect(() => keyring.sign(long)).toThrow("too long")
    expect(codeOf(signed(`${header}.${encode(long)}`))).toBe("token_malformed")
  })

  it("names its key by twelve characters, which say nothing of the secret", () => {
    expect(kid).toMatch(/^[\w-]{12}$/)
  })

  it("signs the longest display name there is, however it is escaped", () => {
    const longest = keyring.sign(claimsOf({ name: '"'.repeat(255), sub: "u".repeat(128), sha256: "0".repeat(64) }))
    expect(codeOf(longest)).toBe("good")
  })
})

describe("P2", () => {
  it("refuses a token with any one bit changed", () => {
    const bytes = Buffer.from(token, "latin1")
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] as number) ^ (1 << bit)
        const code = codeOf(changed.toString("latin1"))
        if (!/^token_(malformed|tampered)/.test(code)) expect.fail(`bit ${bit} of character ${at}: ${code}`)
      }
    }
  })

  it("refuses every beginning and every end of a token", () => {
    for (let at = 0; at < token.length; at += 1) {
      expect(codeOf(token.slice(0, at))).toMatch(/^token_(malformed|tampered)/)
      if (at > 0) expect(codeOf(token.slice(at))).toMatch(/^token_(malformed|tampered)/)
    }
  })

  it("refuses a signature in any other spelling than its own", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    const last = alphabet.indexOf(signature.at(-1) as string)
    // The last of 43 characters carries four bits: three others decode to the same bytes.
    const spellings = [0, 1, 2, 3].map((spare) => signature.slice(0, -1) + alphabet[(last & ~3) + spare])
    const same = Buffer.from(signature, "base64url")
    expect(spellings.every((each) => Buffer.from(each, "base64url").equals(same))).toBe(true)
    const good = spellings.filter((each) => codeOf(`${header}.${payload}.${each}`) === "good")
    expect(good).toEqual([signature])
  })

  it.each([
    ["nothing", undefined],
    ["a File", {}],
    ["an empty text", ""],
    ["a text", "not a token"],
    ["an unsigned token", `${header}.${payload}.`],
    ["a token with padding", `${token}=`],
    ["a token with a line break", `${token}\n`],
    ["a signature in other letters", `${header}.${payload}.${"é".repeat(43)}`],
  ])("calls %s malformed", (_what, value) => {
    expect(codeOf(value)).toBe("token_malformed")
  })

  it.each([
    ["no algorithm", { alg: "none", kid, typ: "sticky+jwt" }],
    ["another algorithm", { alg: "HS512", kid, typ: "sticky+jwt" }],
    ["the same things in another order", { typ: "sticky+jwt", alg: "HS256", kid }],
    ["something more", { alg: "HS256", kid, typ: "sticky+jwt", crit: ["exp"] }],
    ["another type", { alg: "HS256", kid, typ: "JWT" }],
    ["a key that nobody has", { alg: "HS256", kid: "AAAAAAAAAAAA", typ: "sticky+jwt" }],
    ["no key", { alg: "HS256", typ: "sticky+jwt" }],
  ])("refuses a header that says %s, though the signature is right", (_what, head) => {
    expect(codeOf(signed(`${encode(head)}.${payload}`))).toBe("token_tampered/unknown_key")
  })

  it("refuses another JWT of the same secret", async () => {
    const foreign = await new SignJWT({ ...claimsOf() })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .sign(Buffer.from(secret))
    expect(codeOf(foreign)).toBe("token_tampered/unknown_key")
  })

  it("refuses our header over a signature by another secret", () => {
    expect(codeOf(signed(`${header}.${payload}`, newer))).toBe("token_tampered/signature")
  })

  it("refuses other claims under the signature of these", () => {
    expect(codeOf(`${header}.${encode(claimsOf({ sub: "user-8" }))}.${signature}`)).toBe("token_tampered/signature")
  })

  it("is good to the last millisecond of its life and not one longer", () => {
    const { exp } = claimsOf()
    expect(codeOf(token, keyring, exp * 1000 - 1)).toBe("good")
    expect(codeOf(token, keyring, exp * 1000)).toBe("token_expired")
    expect(keyring.verify(token, exp * 1000)).toEqual({
      refusal: { code: "token_expired", details: { name: "日本語.png", expiredAt: exp } },
    })
  })

  it("calls an expired token that was tampered with tampered: what it says is not believed", () => {
    const { exp } = claimsOf()
    expect(codeOf(`${header}.${encode(claimsOf({ exp: 1 }))}.${signature}`, keyring, exp * 2000)).toMatch(
      /^token_tampered/,
    )
  })
})

describe("the rotation of secrets", () => {
  const both = createKeyring([newer, secret])

  it("signs with the first and verifies with all", () => {
    const fresh = both.sign(claimsOf())
    expect(codeOf(token, both)).toBe("good")
    expect(codeOf(fresh, both)).toBe("good")
    expect(codeOf(fresh, createKeyring([newer]))).toBe("good")
    expect(codeOf(fresh, keyring)).toBe("token_tampered/unknown_key")
  })

  it("refuses a token of a secret that was retired", () => {
    expect(codeOf(token, createKeyring([newer]))).toBe("token_tampered/unknown_key")
  })

  it("takes a secret that is given twice for one", () => {
    expect(codeOf(createKeyring([secret, secret]).sign(claimsOf()))).toBe("good")
  })
})

describe("the name of a sticky", () => {
  const staff = createKeyring([secret], "staff")
  const ofStaff = staff.sign(claimsOf({ iss: "staff" }))
  const refusalOf = (text: string, ring: typeof keyring) => {
    const verified = ring.verify(text)
    return "refusal" in verified ? verified.refusal : "good"
  }

  it("is that of the tokens it takes, whoever has the same secrets", () => {
    const details = { issuedFor: "submission.create/upload" }
    expect(refusalOf(ofStaff, staff)).toBe("good")
    expect(refusalOf(ofStaff, keyring)).toEqual({
      code: "token_wrong_target",
      details: { ...details, issuedBy: "staff" },
    })
    expect(refusalOf(token, staff)).toEqual({ code: "token_wrong_target", details: { ...details, issuedBy: null } })
    expect(refusalOf(ofStaff, createKeyring([secret], "Staff"))).toMatchObject({ code: "token_wrong_target" })
  })

  it("is asked for after the signature: who has no secret learns nothing of whose a token is", () => {
    expect(codeOf(ofStaff, createKeyring([newer], "public"))).toBe("token_tampered/unknown_key")
    expect(codeOf(`${ofStaff.slice(0, -3)}AAA`, keyring)).toBe("token_tampered/signature")
  })
})

describe("a token, to others", () => {
  it("verifies in jose", async () => {
    const { payload: claims, protectedHeader } = await jwtVerify(token, Buffer.from(secret), {
      algorithms: ["HS256"],
      audience: "submission.create/upload",
      subject: "user-7",
      typ: "sticky+jwt",
    })
    expect(claims).toEqual(claimsOf())
    expect(protectedHeader).toEqual({ alg: "HS256", kid, typ: "sticky+jwt" })
  })

  it("does not verify in jose for another audience", async () => {
    const other = { algorithms: ["HS256"], audience: "submission.create/other" }
    await expect(jwtVerify(token, Buffer.from(secret), other)).rejects.toThrow("aud")
  })

  it("verifies here when jose made it with the same header and claims", async () => {
    const made = await new CompactSign(Buffer.from(JSON.stringify(claimsOf({ size: 9 }))))
      .setProtectedHeader({ alg: "HS256", kid, typ: "sticky+jwt" })
      .sign(Buffer.from(secret))
    expect(made.startsWith(`${header}.`)).toBe(true)
    expect(keyring.verify(made)).toEqual({ claims: claimsOf({ size: 9 }), kid })
  })

  it("says neither a path nor where it is stored", () => {
    expect(Object.keys(JSON.parse(Buffer.from(payload, "base64url").toString())).sort()).toEqual(
      ["aud", "exp", "iat", "jti", "name", "size", "sub", "type"].sort(),
    )
  })
})
