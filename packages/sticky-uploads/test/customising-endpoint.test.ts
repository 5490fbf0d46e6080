import { utimesSync } from "node:fs"
import { join } from "node:path"
import { createDiskStorage, createMemoryStorage, createTempStorage, type Storage } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { describe, expect, it } from "vitest"
import { createParts } from "./support/app.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { temporaryDirectory } from "./support/serve.js"
import { serveAlbum } from "./support/serve-album.js"

expectNoStrayErrors()

/** Two endpoints that have all in common but a name: secrets, schema, procedure, people, storage. */
async function serveBoth() {
  const directory = await temporaryDirectory()
  const storage = createTempStorage({ directory })
  const [standard, staff] = await Promise.all([serveAlbum({ storage }), serveAlbum({ storage, name: "staff" })])
  return { storage, directory, standard, staff }
}
const target = "album.create/upload"

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys
}

describe("T3 a token of one endpoint is not good at another", () => {
  const pairs = [
    { from: "standard", to: "staff", issuedBy: null },
    { from: "staff", to: "standard", issuedBy: "staff" },
  ] as const

  for (const { from, to, issuedBy } of pairs) {
    describe(`from ${from} to ${to}`, () => {
      it("by tRPC, and it stays good at home", async () => {
        const both = await serveBoth()
        const token = await both[from].upload(target)
        expect(await both[to].call(token)).toEqual({ status: 400, issues: ["upload: token_wrong_target"] })
        expect(await both[from].call(token)).toMatchObject({ status: 200 })
      })

      it("by a form without JavaScript, which does not show it again", async () => {
        const both = await serveBoth()
        const token = await both[from].upload(target)
        expect(await both[to].submit(token)).toEqual({ status: 422, issues: ["upload: token_wrong_target"] })
        expect(await both[from].submit(token)).toMatchObject({ status: 200 })
      })

      it("by sticky.parse, which says whose it is", async () => {
        const both = await serveBoth()
        const token = await both[from].upload(target)
        const schema = z.object({ file: z.stickyFile() })
        const call = { ctx: { user: "ann" }, procedure: "same" }
        for (const { sticky } of [both.standard, both.staff]) sticky.register({ same: schema })
        await expect(both[to].sticky.parse(schema, { file: token }, call)).rejects.toMatchObject({
          issues: [{ params: { code: "token_wrong_target", details: { issuedFor: target, issuedBy } } }],
        })
      })

      it("to be discarded: the file stays", async () => {
        const both = await serveBoth()
        const token = await both[from].upload(target)
        const response = await fetch(`${both[to].url}/sticky/${target}`, {
          method: "DELETE",
          headers: { "x-user": "ann", "x-sticky-token": token },
        })
        expect(response.status).toBe(422)
        expect(await response.json()).toMatchObject({ code: "token_wrong_target", details: { issuedBy } })
        expect(await both[from].call(token)).toMatchObject({ status: 200 })
      })

      it("whatever became of its file at home", async () => {
        const both = await serveBoth()
        const token = await both[from].upload(target)
        await both[from].call(token)
        expect(await both[to].call(token)).toEqual({ status: 400, issues: ["upload: token_wrong_target"] })
      })
    })
  }

  it("but it is at another process of the same name (P12)", async () => {
    const { storage, staff } = await serveBoth()
    const again = await serveAlbum({ storage, name: "staff" })
    expect(await again.call(await staff.upload(target))).toMatchObject({ status: 200 })
  })
})

describe("stickies that share a storage", () => {
  it("sweep only their own files, as those of the other may live longer", async () => {
    const { storage, directory, standard, staff } = await serveBoth()
    const patient = createParts({ storage, name: "staff", expiresInSeconds: 30 * 86_400 })
    const tokens = [await standard.upload(target), await staff.upload(target)]
    await staff.call(tokens[1])
    await staff.upload(target)
    const names = await keysOf(storage)
    expect(names).toHaveLength(3)
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000)
    for (const name of names) utimesSync(join(directory, name), twoDaysAgo, twoDaysAgo)
    expect(await patient.sticky.sweep()).toMatchObject({ removedFiles: 0 })
    expect(await standard.sticky.sweep()).toMatchObject({ removedFiles: 1 })
    expect((await keysOf(storage)).map((name) => name.split(".")[0])).toEqual(["staged-staff", "staged-staff"])
    expect(await standard.sticky.sweep()).toMatchObject({ removedFiles: 0 })
    expect(await staff.sticky.sweep()).toMatchObject({ removedFiles: 2 })
    patient.remove()
  })
})

describe("name of createSticky", () => {
  it.each(["", "a b", "a.b", "../x", "ü", "a".repeat(65), "a/b"])("may not be %j", (name) => {
    expect(() => createParts({ name })).toThrow(/sticky-uploads: name is/)
  })

  it("stands in the token for anyone to read", async () => {
    const { staff } = await serveBoth()
    const [, claims = ""] = (await staff.upload(target)).split(".")
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ iss: "staff", aud: target })
  })
})

describe("a router whose procedures have different stickies", () => {
  it("gives each endpoint the files of its own procedures only", async () => {
    const storage = createMemoryStorage()
    const [standard, staff] = [createParts({ storage }), createParts({ storage, name: "staff" })]
    const input = z.object({ upload: z.stickyFile() })
    const router = standard.router({
      open: standard.procedure.input(input).mutation(() => 1),
      closed: staff.procedure.input(input).mutation(() => 1),
    })
    for (const { sticky } of [standard, staff]) sticky.register(router)
    expect(standard.sticky.targets()).toEqual(["open/upload"])
    expect(staff.sticky.targets()).toEqual(["closed/upload"])
    for (const parts of [standard, staff]) parts.remove()
  })
})

describe("a storage that a function of the target cannot give", () => {
  it("keeps no other from being swept, and is told to onError", async () => {
    const directory = await temporaryDirectory()
    const good = createDiskStorage({ directory })
    const parts = createParts({
      storage: (target) => {
        if (target.endsWith("bad")) throw new Error("no such disk")
        return good
      },
    })
    parts.sticky.register({ two: z.object({ bad: z.stickyFile(), good: z.stickyFile() }) })
    await good.write("staged.old", (async function* () {})())
    const long = new Date(Date.now() - 26 * 3_600_000)
    utimesSync(join(directory, "staged.old"), long, long)
    expect(await parts.sticky.sweep()).toMatchObject({ removedFiles: 1 })
    expect(parts.errors).toMatchObject([{ message: "no such disk" }])
    parts.remove()
  })
})
