import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { pdf, png } from "./support/files.js"
import { savedHashes, sha256 } from "./support/saved.js"
import { loggedIn, type Site, startSite, type Visit, visitor } from "./support/site.js"

// Passwords are slow to hash on purpose, and slower still on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let site: Site
let demo: Visit
let admin: Visit

beforeAll(async () => {
  site = await startSite()
  demo = await loggedIn(site, "demo")
  admin = await loggedIn(site, "admin")
})

afterAll(() => site.stop())

/** Uploads a file as the browser client does and gives the endpoint's answer. */
async function upload(visit: Visit, bytes: Buffer<ArrayBuffer>, name: string, field = "upload") {
  const body = new FormData()
  body.append("upload", new File([bytes], name))
  const response = await visit(`/sticky/submission.create/${field}`, { method: "POST", body })
  return (await response.json()) as { is_valid: boolean; stored: string; code?: string }
}

/** Calls `submission.create` as tRPC's client does. */
function create(visit: Visit, input: object): Promise<Response> {
  const headers = { "content-type": "application/json" }
  return visit("/trpc/submission.create", { method: "POST", headers, body: JSON.stringify(input) })
}

async function fieldErrors(response: Response): Promise<Record<string, string[]>> {
  const answer = (await response.json()) as { error: { data: { fieldErrors: Record<string, string[]> } } }
  return answer.error.data.fieldErrors
}

async function list(visit: Visit, path = "/uploads"): Promise<string> {
  return (await visit(path)).text()
}

describe("submission.create", () => {
  it("keeps the very bytes that were uploaded, and the row with them", async () => {
    const picture = png(1)
    const letter = pdf()
    const { stored } = await upload(demo, picture, "portrait.png")
    const attached = await upload(demo, letter, "letter.pdf", "attachments.*")
    const response = await create(demo, {
      title: " Two files ",
      upload: stored,
      attachments: [attached.stored],
      accept: "on",
    })
    expect(response.status).toBe(200)
    expect(await savedHashes(site)).toEqual(expect.arrayContaining([sha256(picture), sha256(letter)]))

    const { id } = ((await response.json()) as { result: { data: { id: string } } }).result.data
    const first = await demo(`/uploads/${id}/upload`)
    expect(Buffer.from(await first.arrayBuffer()).equals(picture)).toBe(true)
    const second = await demo(`/uploads/${id}/1`)
    expect(Buffer.from(await second.arrayBuffer()).equals(letter)).toBe(true)
    expect(second.headers.get("content-type")).toBe("application/pdf")
    expect((await demo(`/uploads/${id}/2`)).status).toBe(404)
  })

  it("names the fields of a refused input and leaves the token good", async () => {
    const { stored } = await upload(demo, png(2), "a.png")
    const refused = await create(demo, { title: "", upload: stored })
    expect(refused.status).toBe(400)
    expect(await fieldErrors(refused)).toEqual({
      title: ["Give it a title."],
      accept: ["Please tick this box."],
    })
    expect((await create(demo, { title: "now", upload: stored, accept: "on" })).status).toBe(200)
  })

  it("takes a token once, also when asked twice at the same time", async () => {
    const before = (await savedHashes(site)).length
    const { stored } = await upload(demo, png(3), "once.png")
    const input = { title: "once", upload: stored, accept: "on" }
    const statuses = (await Promise.all([create(demo, input), create(demo, input)])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 400])
    expect((await savedHashes(site)).length).toBe(before + 1)
  })

  it("refuses the token of somebody else, of another field, and a changed one", async () => {
    const { stored } = await upload(demo, png(4), "mine.png")
    const input = { title: "stolen", accept: "on" }
    for (const refused of [
      await create(admin, { ...input, upload: stored }),
      await create(demo, { ...input, upload: `${stored.slice(0, -2)}AA` }),
    ]) {
      expect(refused.status).toBe(400)
      expect(Object.keys(await fieldErrors(refused))).toEqual(["upload"])
    }
    const elsewhere = await create(demo, {
      ...input,
      upload: (await upload(demo, png(4), "b.png")).stored,
      attachments: [stored],
    })
    expect(Object.keys(await fieldErrors(elsewhere))).toEqual(["attachments"])
    expect(await list(admin, "/admin/uploads")).not.toContain("stolen")
  })

  it("takes at most three attachments", async () => {
    const { stored } = await upload(demo, png(5), "a.png")
    const attachments = await Promise.all([1, 2, 3, 4].map((n) => upload(demo, png(n), `${n}.png`, "attachments.*")))
    const refused = await create(demo, {
      title: "four",
      upload: stored,
      attachments: attachments.map((each) => each.stored),
      accept: "on",
    })
    expect(await fieldErrors(refused)).toEqual({ attachments: ["Up to three attachments."] })
  })

  it("is only for who is logged in", async () => {
    expect((await create(visitor(site), { title: "x" })).status).toBe(401)
    expect(await upload(visitor(site), png(), "a.png")).toMatchObject({ is_valid: false, code: "upload_forbidden" })
  })
})

describe("the form without JavaScript", () => {
  function send(visit: Visit, headers: Record<string, string> = {}): Promise<Response> {
    const body = new FormData()
    for (const [name, value] of Object.entries({ title: "Plain", accept: "on" })) body.append(name, value)
    body.append("upload", new File([png(8)], "plain.png"))
    return visit("/submissions", { method: "POST", body, headers })
  }

  it("saves what was sent", async () => {
    expect((await send(demo)).headers.get("location")).toBe("/thanks")
    expect(await list(demo)).toContain("Plain")
    expect(await savedHashes(site)).toContain(sha256(png(8)))
  })

  it("leads who is not logged in to the login, and keeps nothing", async () => {
    const staged = () => readdir(join(site.dataDir, "staged"))
    const before = await staged()
    expect((await send(visitor(site))).headers.get("location")).toBe("/login")
    expect(await staged()).toEqual(before)
  })

  it("is not taken from another site", async () => {
    expect((await send(demo, { origin: "https://evil.example" })).status).toBe(403)
    const headers = { origin: "https://evil.example", "content-type": "application/json" }
    expect((await demo("/trpc/submission.create", { method: "POST", headers, body: "{}" })).status).toBe(403)
  })
})

describe("downloads", () => {
  let id: string

  beforeAll(async () => {
    const { stored } = await upload(demo, png(6), '../../写真 "1".png')
    const response = await create(demo, { title: "Travels", upload: stored, accept: "on" })
    id = ((await response.json()) as { result: { data: { id: string } } }).result.data.id
  })

  it("are attachments under their name, which is no path", async () => {
    const { headers, status } = await demo(`/uploads/${id}/upload`)
    expect(status).toBe(200)
    expect(headers.get("content-disposition")).toBe(
      `attachment; filename="__ _1_.png"; filename*=UTF-8''%E5%86%99%E7%9C%9F%20%221%22.png`,
    )
    expect(headers.get("content-type")).toBe("image/png")
    expect(headers.get("content-length")).toBe(String(png(6).length))
    expect(headers.get("x-content-type-options")).toBe("nosniff")
    expect(headers.get("content-security-policy")).toBe("sandbox")
    expect(headers.get("cache-control")).toBe("private, no-store")
  })

  it("are for their owner and for admins only", async () => {
    expect((await admin(`/uploads/${id}/upload`)).status).toBe(200)
    expect((await visitor(site)(`/uploads/${id}/upload`)).status).toBe(303)
    const other = await otherUser()
    expect((await other(`/uploads/${id}/upload`)).status).toBe(404)
    expect(await list(other)).not.toContain("Travels")
  })

  it.each(["0", "-1", "1", "1.5", "x", "__proto__", "length"])("do not know a file called %s", async (which) => {
    expect((await demo(`/uploads/${id}/${which}`)).status).toBe(404)
  })

  it("do not find what is not there", async () => {
    expect((await demo("/uploads/nothing/upload")).status).toBe(404)
    expect((await demo("/uploads/%2e%2e%2f%2e%2e%2fetc%2fpasswd/upload")).status).toBe(404)
  })
})

describe("lists", () => {
  it("show everyone's uploads to an admin and to nobody else", async () => {
    expect(await list(admin, "/admin/uploads")).toContain("Travels")
    const refused = await demo("/admin/uploads")
    expect(refused.status).toBe(403)
    expect(await refused.text()).not.toContain("Travels")
    expect(await list(admin)).not.toContain("Travels")
  })

  it("give tRPC only one's own", async () => {
    const titles = async (visit: Visit) => {
      const answer = (await (await visit("/trpc/submission.list")).json()) as { result: { data: { title: string }[] } }
      return answer.result.data.map(({ title }) => title)
    }
    expect(await titles(demo)).toContain("Travels")
    expect(await titles(admin)).toEqual([])
  })
})

/** A third account, who is no admin and owns nothing. */
async function otherUser(): Promise<Visit> {
  const { createUser } = await import("../src/accounts/users.js")
  const { openDatabase } = await import("../src/database/database.js")
  const database = await openDatabase(site.dataDir)
  await createUser(database, { name: "other", password: "other", isAdmin: false })
  database.close()
  return loggedIn(site, "other")
}
