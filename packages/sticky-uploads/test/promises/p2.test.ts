import { createHmac } from "node:crypto"
import type { StickyToken } from "sticky-uploads"
import { createTempStorage } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { createParts, serve } from "../support/app.js"
import { claimsOf } from "../support/claims.js"
import { temporaryDirectory } from "../support/serve.js"
import { serveAlbum } from "../support/serve-album.js"

const secret = "a secret of more than thirty-two bytes"
const newer = "another secret, no less than 32 bytes long"
const target = "album.create/upload"
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

type Album = Awaited<ReturnType<typeof serveAlbum>>

/** What a token is refused with at each place that takes one: a call, a plain form, a request to take the file back. */
async function refusals(album: Album, token: string, user = "ann") {
  const { issues: ofCall } = await album.call(token, user)
  const { issues: ofForm } = await album.submit(token, user)
  const headers = { "x-user": user, "x-sticky-token": token }
  const response = await fetch(`${album.url}/sticky/${target}`, { method: "DELETE", headers })
  return [ofCall?.[0], ofForm?.[0], response.ok ? undefined : (await response.json()).code]
}
const everywhere = (code: string) => [`upload: ${code}`, `upload: ${code}`, code]

const partsOf = (token: string) => token.split(".") as [string, string, string]
const encode = (text: string) => Buffer.from(text).toString("base64url")
const sign = (signed: string, by = secret) => `${signed}.${createHmac("sha256", by).update(signed).digest("base64url")}`
const kidOf = (token: string) => JSON.parse(Buffer.from(partsOf(token)[0], "base64url").toString()).kid as string

describe("P2: a token is good for its target, its subject and its life only, and once", () => {
  it("no character of it can be another", async () => {
    const album = await serveAlbum()
    const token = await album.upload(target)
    for (const [at, character] of [...token].entries()) {
      const next = alphabet[(alphabet.indexOf(character) + 1) % alphabet.length]
      const changed = `${token.slice(0, at)}${next}${token.slice(at + 1)}`
      expect((await album.call(changed)).issues?.[0], changed).toMatch(/^upload: token_(tampered|malformed)$/)
    }
    expect((await album.call(token)).status).toBe(200)
  })

  it.each<[string, (token: string) => unknown]>([
    ["in the other alphabet of base64", (token) => token.replaceAll("-", "+").replaceAll("_", "/").concat("+")],
    ["with padding", (token) => token.split(".").join("=.")],
    ["with a blank between its parts", (token) => token.split(".").join(". ")],
    ["with a line break behind it", (token) => `${token}\n`],
    ["with a NUL behind it", (token) => `${token}\0`],
    ["with a byte order mark", (token) => `\ufeff${token}`],
    ["with an escaped point", (token) => token.replace(".", "%2E")],
    ["in letters that only look the same", (token) => token.replace("e", "е")],
    ["in capitals", (token) => token.toUpperCase()],
    ["twice", (token) => [token, token]],
    ["in an object", (token) => ({ toString: token, length: token.length })],
    ["without its end", (token) => token.slice(0, -1)],
    ["without its beginning", (token) => token.slice(1)],
    ["with a fourth part", (token) => `${token}.${partsOf(token)[2]}`],
    ["of a megabyte", (token) => token + "A".repeat(1_000_000)],
  ])("no other text stands for it: %s", async (_, spell) => {
    const album = await serveAlbum()
    const token = await album.upload(target)
    expect((await album.call(spell(token) as string)).issues?.[0]).toMatch(
      /^upload: (token_(tampered|malformed)|file_invalid)$/,
    )
    expect((await album.call(token)).status).toBe(200)
  })

  const games: [string, (kid: string) => string][] = [
    ["no algorithm", (kid) => `{"alg":"none","kid":"${kid}","typ":"sticky+jwt"}`],
    ["an algorithm with a public key", (kid) => `{"alg":"RS256","kid":"${kid}","typ":"sticky+jwt"}`],
    ["another hash", (kid) => `{"alg":"HS512","kid":"${kid}","typ":"sticky+jwt"}`],
    ["a key that it brings along", (kid) => `{"alg":"HS256","kid":"${kid}","typ":"sticky+jwt","jwk":{"kty":"oct"}}`],
    ["a key that is a path", () => '{"alg":"HS256","kid":"../../dev/null","typ":"sticky+jwt"}'],
    ["a key of every object", () => '{"alg":"HS256","kid":"__proto__","typ":"sticky+jwt"}'],
    ["another type", (kid) => `{"alg":"HS256","kid":"${kid}","typ":"JWT"}`],
    ["its algorithm twice", (kid) => `{"alg":"none","alg":"HS256","kid":"${kid}","typ":"sticky+jwt"}`],
    ["the same with a blank", (kid) => `{"alg":"HS256", "kid":"${kid}","typ":"sticky+jwt"}`],
    ["the same in another order", (kid) => `{"kid":"${kid}","alg":"HS256","typ":"sticky+jwt"}`],
    ["nothing that can be read", () => "{"],
  ]

  it.each(games)("a header that says %s is nobody's, signed rightly or not at all", async (_, write) => {
    const album = await serveAlbum({ secrets: [secret] })
    const token = await album.upload(target)
    const header = encode(write(kidOf(token))).padEnd(16, "A")
    const [, payload, signature] = partsOf(token)
    expect(await refusals(album, sign(`${header}.${payload}`))).toEqual(everywhere("token_tampered"))
    expect(await refusals(album, `${header}.${payload}.${signature}`)).toEqual(everywhere("token_tampered"))
    expect(await refusals(album, `${header}.${payload}.`)).toEqual(everywhere("token_malformed"))
    expect((await album.call(token)).status).toBe(200)
  })

  it("a key signs under its own name only, and one that was taken out under none", async () => {
    const before = await serveAlbum({ secrets: [secret] })
    const { storage } = before
    const old = await before.upload(target)
    const during = await serveAlbum({ storage, secrets: [newer, secret] })
    const fresh = await during.upload(target)
    const after = await serveAlbum({ storage, secrets: [newer] })
    const [oldHeader, oldPayload] = partsOf(old)
    const [newHeader, newPayload] = partsOf(fresh)
    const confused = [
      sign(`${newHeader}.${oldPayload}`, secret),
      sign(`${oldHeader}.${newPayload}`, newer),
      `${newHeader}.${oldPayload}.${partsOf(old)[2]}`,
    ]
    for (const each of confused) expect(await refusals(during, each)).toEqual(everywhere("token_tampered"))
    for (const each of [old, ...confused]) expect(await refusals(after, each)).toEqual(everywhere("token_tampered"))
    expect((await during.call(old)).status).toBe(200)
    expect((await after.call(fresh)).status).toBe(200)
  })

  it("what it says cannot be taken from one and put under the signature of another", async () => {
    const album = await serveAlbum()
    const [own, other] = [await album.upload(target), await album.upload("album.create/other")]
    const mixed = [partsOf(other)[0], partsOf(other)[1], partsOf(own)[2]].join(".")
    expect(await refusals(album, mixed)).toEqual(everywhere("token_tampered"))
    const claims = { ...claimsOf(own), sub: "bob", size: 1, exp: 9_999_999_999 }
    const rewritten = [partsOf(own)[0], encode(JSON.stringify(claims)), partsOf(own)[2]].join(".")
    expect(await refusals(album, rewritten, "bob")).toEqual(everywhere("token_tampered"))
  })

  it("what its file may be looked at by is no token, and it is nothing to look at a file by", async () => {
    const album = await serveAlbum()
    const token = await album.upload(target)
    const ctx = { user: "ann" }
    const { reference } = album.sticky.preview(token, { ctx })
    expect(await refusals(album, reference)).toEqual(everywhere("token_tampered"))
    const swapped = [partsOf(token)[0], ...partsOf(reference).slice(1)].join(".")
    expect(await refusals(album, swapped)).toEqual(everywhere("token_tampered"))
    expect(() => album.sticky.preview(reference, { ctx })).toThrow(expect.objectContaining({ code: "token_tampered" }))
  })

  it("a person is who they are to the letter, and nobody is a person of their own", async () => {
    const album = await serveAlbum({
      authorize: () => true,
      subject: ({ ctx }) => (ctx.user === undefined ? undefined : decodeURIComponent(ctx.user)),
    })
    const people = ["ann", "Ann", "ann%20", "", "null", "undefined", "%C3%A9", "e%CC%81", "__proto__"]
    for (const owner of people) {
      const token = await album.upload(target, undefined, owner)
      for (const user of people.filter((each) => each !== owner))
        expect(await refusals(album, token, user), `${owner}'s with ${user}`).toEqual(everywhere("token_wrong_subject"))
      expect((await album.call(token, owner)).status).toBe(200)
    }
  })

  it("nobody's file is no person's, and a person's file is not anybody's", async () => {
    const options = { authorize: () => true, storage: createTempStorage({ directory: await temporaryDirectory() }) }
    const [known, unknown] = [await serveAlbum(options), await serveAlbum({ ...options, subject: () => undefined })]
    const [ofAnn, ofNobody] = [await known.upload(target), await unknown.upload(target)]
    expect(await refusals(known, ofNobody)).toEqual(everywhere("token_wrong_subject"))
    expect(await refusals(unknown, ofAnn)).toEqual(everywhere("token_wrong_subject"))
  })

  it("another field refuses it wherever it is handed in: taken back there, the file stays", async () => {
    const album = await serveAlbum()
    const token = await album.upload("album.create/other")
    expect(await refusals(album, token)).toEqual(everywhere("token_wrong_target"))
    expect(album.staged()).toHaveLength(1)
  })

  it("its life ends everywhere in the same millisecond", async () => {
    const album = await serveAlbum({ expiresInSeconds: 600 })
    const token = await album.upload(target)
    const { iat, exp } = claimsOf(token)
    expect(exp - iat).toBe(600)
    vi.useFakeTimers({ toFake: ["Date"], now: exp * 1000 })
    onTestFinished(() => void vi.useRealTimers())
    expect(await refusals(album, token)).toEqual(everywhere("token_expired"))
    vi.setSystemTime(exp * 1000 - 1)
    expect((await album.call(token)).status).toBe(200)
  })

  it("it comes back used, whichever way it was used and whichever way it comes", async () => {
    const album = await serveAlbum()
    const uses = ["call", "submit"] as const
    for (const use of uses) {
      const token = await album.upload(target)
      expect((await album[use](token)).status).toBe(200)
      for (const again of uses) expect((await album[again](token)).issues).toEqual(["upload: token_used"])
      await album.discard(token)
      expect((await album.call(token)).issues).toEqual(["upload: token_used"])
    }
    expect(album.stored()).toHaveLength(2)
  })

  it.each<[string, z.ZodType]>([
    ["takes fewer bytes", z.stickyFile({ maxBytes: 60 })],
    ["wants more bytes", z.stickyFile({ minBytes: 1000 })],
    ["takes another type", z.stickyFile({ accept: [".pdf"] })],
  ])("a schema that now %s refuses what it took before, with a code of its own", async (_, tightened) => {
    const release = async (upload: z.ZodType, storage?: Album["storage"]) => {
      const parts = createParts(storage && { storage })
      const { procedure, router } = parts
      const appRouter = router({ album: procedure.input(z.object({ upload })).mutation(() => "passed") })
      const server = await serve(parts.sticky, appRouter)
      onTestFinished(async () => {
        await server.close()
        parts.remove()
      })
      const call = (token: StickyToken) => appRouter.createCaller({ user: "ann" }).album({ upload: token })
      return { ...parts, ...server, call }
    }
    const before = await release(z.stickyFile())
    const token = await before.upload("album/upload")
    const after = await release(tightened, before.storage)
    await expect(after.call(token)).rejects.toThrow("token_not_allowed")
    expect(await before.call(token)).toBe("passed")
  })
})
