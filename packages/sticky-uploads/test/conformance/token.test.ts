import { createHash } from "node:crypto"
import { appendFileSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { jwtVerify } from "jose"
import type { StickyFile } from "sticky-uploads/server"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { png } from "../support/app.js"
import { claimsOf } from "../support/claims.js"
import { serveAlbum } from "../support/serve-album.js"

const secret = "a secret of more than thirty-two bytes"
const newer = "another secret, no less than 32 bytes long"
const target = "album.create/upload"
const day = 86_400

type Album = Awaited<ReturnType<typeof serveAlbum>>

function goOn(seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 })
  onTestFinished(() => void vi.useRealTimers())
}

/** The staged files on disk, without the marks of used ones. */
const waiting = (album: Album) => album.staged().filter((name) => !name.includes(".claim-"))

const pathOf = (album: Album) => join(album.stagedDirectory, waiting(album)[0] as string)

describe("T1 a token is signed claims in base64url with their time, under an HMAC", () => {
  it("any JWT library with the secret verifies it and reads the time", async () => {
    const album = await serveAlbum({ secrets: [secret] })
    const before = Math.floor(Date.now() / 1000)
    const token = await album.upload(target)
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{43}$/)
    const { payload } = await jwtVerify(token, Buffer.from(secret), { algorithms: ["HS256"], typ: "sticky+jwt" })
    expect(payload.iat).toBeGreaterThanOrEqual(before)
    expect(payload.iat).toBeLessThanOrEqual(Date.now() / 1000)
    await expect(jwtVerify(token, Buffer.from(newer))).rejects.toThrow("signature verification failed")
  })
})

describe("T2 a token says nothing of where or how its file is kept: an opaque id, no path, no class name", () => {
  it("neither the token nor the answer has a path or the storage in it", async () => {
    const album = await serveAlbum()
    const { body } = await album.post(target, new File([png], "a.png"))
    if (!body.is_valid) throw new Error(body.code)
    const claims = claimsOf(body.stored)
    expect(Object.keys(claims).sort()).toEqual(["aud", "exp", "iat", "jti", "name", "size", "sub", "type"])
    const said = JSON.stringify([body, claims])
    for (const kept of [album.stagedDirectory, album.storage.name, "torage"]) expect(said).not.toContain(kept)
  })

  it("the same file twice has two ids that share nothing", async () => {
    const album = await serveAlbum()
    const ids = [claimsOf(await album.upload(target)).jti, claimsOf(await album.upload(target)).jti]
    for (const id of ids) expect(id).toMatch(/^[\w-]{24}$/)
    expect(ids[0]?.slice(0, 8)).not.toBe(ids[1]?.slice(0, 8))
  })
})

describe("T3 a token is good for the field it was made for and no other", () => {
  it("another field of the same limits refuses it", async () => {
    const album = await serveAlbum()
    const ofOther = await album.upload("album.create/other")
    expect(await album.call(ofOther)).toEqual({ status: 400, issues: ["upload: token_wrong_target"] })
    expect((await album.call(await album.upload(target))).status).toBe(200)
  })
})

describe("T4 a token expires: after 24 hours, or as the app says", () => {
  it.each([
    [{}, day],
    [{ expiresInSeconds: 600 }, 600],
  ])("with %j it lives %i seconds", async (options, life) => {
    const album = await serveAlbum(options)
    const [first, second] = [await album.upload(target), await album.upload(target)]
    expect(claimsOf(first).exp - claimsOf(first).iat).toBe(life)
    goOn(life - 60)
    expect((await album.call(first)).status).toBe(200)
    goOn(120)
    expect(await album.call(second)).toEqual({ status: 400, issues: ["upload: token_expired"] })
  })
})

describe("T5 a token is bound to its person and to its content", () => {
  it("to the person and not the session: it outlives a new login, and is nobody else's", async () => {
    const album = await serveAlbum({ subject: ({ ctx }) => ctx.user?.split(" ")[0] })
    const token = await album.upload(target, undefined, "ann in session 1")
    expect(claimsOf(token).sub).toBe("ann")
    expect(await album.call(token, "bob in session 1")).toEqual({
      status: 400,
      issues: ["upload: token_wrong_subject"],
    })
    expect((await album.call(token, "ann in session 2")).status).toBe(200)
  })

  it("to the type that its bytes say, whatever the client called it", async () => {
    const album = await serveAlbum()
    const token = await album.upload(target, new File([png], "a.txt", { type: "text/plain" }))
    expect(claimsOf(token)).toMatchObject({ type: "image/png", size: png.length })
  })

  it("to its size: a staged file that grew on the disk is not taken", async () => {
    const album = await serveAlbum()
    const token = await album.upload(target)
    appendFileSync(pathOf(album), "more")
    expect((await album.submit(token)).status).toBe(500)
    expect(album.stored()).toEqual([])
  })

  it("to its SHA-256 where the app asks for it", async () => {
    const album = await serveAlbum({ checksum: "sha256" })
    const token = await album.upload(target)
    const sha256 = createHash("sha256").update(png).digest("hex")
    expect(claimsOf(token).sha256).toBe(sha256)
    expect((await album.call(token)).stored).toMatchObject({ sha256 })
  })
})

describe("T6 a token is used once, by the submit that succeeds", () => {
  it.each(["call", "submit"] as const)("a %s takes the staged file away, and the token says so", async (how) => {
    const album = await serveAlbum()
    const token = await album.upload(target)
    const { stored } = await album[how](token)
    expect(waiting(album)).toEqual([])
    expect(readFileSync(join(album.uploadsDirectory, stored?.key ?? "")).equals(png)).toBe(true)
    expect((await album[how](token)).issues).toEqual(["upload: token_used"])
    expect(album.stored()).toHaveLength(1)
  })

  it("a submit that fails uses nothing", async () => {
    let fails = true
    const album = await serveAlbum({
      handle: async (file) => {
        const stored = await file.promote(album.uploads)
        if (fails) throw new Error("the database is down")
        return stored
      },
    })
    const token = await album.upload(target)
    expect((await album.submit(token)).status).toBe(500)
    expect([waiting(album).length, album.stored().length]).toEqual([1, 0])
    fails = false
    expect((await album.submit(token)).status).toBe(200)
  })
})

describe("T7 every failure has its own code, by tRPC and by a plain form", () => {
  const failures: [string, (album: Album) => Promise<string | undefined>][] = [
    ["file_required", async () => undefined],
    ["token_malformed", async () => "no token at all"],
    [
      "token_tampered",
      async (album) => (await album.upload(target)).replace(/.$/, (last) => (last === "A" ? "B" : "A")),
    ],
    [
      "token_expired",
      async (album) => {
        const token = await album.upload(target)
        goOn(day + 1)
        return token
      },
    ],
    ["token_wrong_target", (album) => album.upload("album.create/other")],
    ["token_wrong_subject", (album) => album.upload(target, undefined, "bob")],
    [
      "token_gone",
      async (album) => {
        const token = await album.upload(target)
        await album.discard(token)
        return token
      },
    ],
    [
      "token_used",
      async (album) => {
        const token = await album.upload(target)
        expect((await album.call(token)).status).toBe(200)
        return token
      },
    ],
    [
      "token_not_allowed",
      async ({ storage }) => {
        const lastRelease = await serveAlbum({ storage, maxBytes: 200_000 })
        return lastRelease.upload(target, new File([png, new Uint8Array(150_000)], "large.png"))
      },
    ],
  ]

  it.each(failures)("%s", async (code, make) => {
    const album = await serveAlbum()
    const token = await make(album)
    expect(await album.call(token)).toEqual({ status: 400, issues: [`upload: ${code}`] })
    expect(await album.submit(token)).toEqual({ status: 422, issues: [`upload: ${code}`] })
  })
})

describe("T8 secrets rotate: the first signs, all verify, and each token names its key", () => {
  it("a new secret in front of the old one ends no token; the old one taken away ends its own alone", async () => {
    const before = await serveAlbum({ secrets: [secret] })
    const { storage } = before
    const [old, older] = [await before.upload(target), await before.upload(target)]
    const during = await serveAlbum({ storage, secrets: [newer, secret] })
    const fresh = await during.upload(target)
    const kidOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[0] as string, "base64url").toString()).kid
    expect(kidOf(fresh)).not.toBe(kidOf(old))
    expect((await during.call(old)).status).toBe(200)
    const after = await serveAlbum({ storage, secrets: [newer] })
    expect(await after.call(older)).toEqual({ status: 400, issues: ["upload: token_tampered"] })
    expect((await after.call(fresh)).status).toBe(200)
  })
})

describe("T10 the file is looked for before it is used, and its name is a basename", () => {
  it("a file that vanished is an error of its field before the handler runs", async () => {
    let calls = 0
    const album = await serveAlbum({ handle: async () => (calls += 1) })
    const token = await album.upload(target)
    rmSync(pathOf(album))
    expect(await album.call(token)).toEqual({ status: 400, issues: ["upload: token_gone"] })
    expect(calls).toBe(0)
  })

  it("one that vanishes while the handler runs is the same error when it is opened", async () => {
    const album = await serveAlbum({
      handle: async (file) => {
        rmSync(pathOf(album))
        return file.text()
      },
    })
    expect(await album.call(await album.upload(target))).toEqual({ status: 400, issues: ["upload: token_gone"] })
  })

  it("a name that is a path reaches the handler without it", async () => {
    const names: string[] = []
    const album = await serveAlbum({ handle: async ({ name }: StickyFile) => names.push(name) })
    for (const name of ["../../etc/passwd.png", "C:\\temp\\a.png"]) {
      expect((await album.call(await album.upload(target, new File([png], name)))).status).toBe(200)
    }
    expect(names).toEqual(["passwd.png", "a.png"])
  })
})
