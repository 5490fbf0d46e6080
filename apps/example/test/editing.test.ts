import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { pdf, png } from "./support/files.js"
import { savedHashes, savedRows, sha256 } from "./support/saved.js"
import { loggedIn, type Site, startSite, type Visit } from "./support/site.js"

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

const form = (values: Record<string, string | File | (string | File)[]>) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(values))
    for (const each of [value].flat()) body.append(name, each as string)
  return { method: "POST", body }
}
const picture = (seed: number, name: string) => new File([png(seed)], name)

/** Saves a submission by the form, and gives its row. */
async function saved(title: string, attachments: File[] = []) {
  const seed = title.length
  await demo("/submissions", form({ title, upload: picture(seed, "old.png"), attachments, accept: "on" }))
  return rowOf(title)
}

async function rowOf(title: string) {
  const row = (await savedRows(site)).find((each) => each.title === title)
  if (!row) throw new Error(`nothing is called ${title}`)
  return row
}

/** The page of an edit form, and the tokens that it holds by the names of its hidden fields. */
async function open(id: string, visit = demo) {
  const response = await visit(`/uploads/${id}/edit`)
  const text = await response.text()
  const tokens = [...text.matchAll(/name="(_\w+)" value="([^"]+)"/g)].map(([, name, value]) => ({ name, value }))
  const named = (wanted: string) => tokens.flatMap(({ name, value = "" }) => (name === wanted ? [value] : []))
  return { status: response.status, text, upload: named("_upload"), attachments: named("_attachments") }
}

const save = (id: string, values: Parameters<typeof form>[0], visit = demo) =>
  visit(`/uploads/${id}/edit`, form({ id, ...values }))

describe("/uploads/ID/edit", () => {
  it("shows what was saved, and keeps it where nothing is picked", async () => {
    const row = await saved("Keep", [new File([pdf()], "letter.pdf")])
    const page = await open(row.id)
    expect(page.text).toContain("Currently: old.png")
    expect(page.text).toContain("Keep letter.pdf")
    const answer = await save(row.id, { title: "Kept", _upload: page.upload, _attachments: page.attachments })
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/uploads"])
    expect(await rowOf("Kept")).toEqual({ ...row, title: "Kept" })
  })

  it("replaces a file and takes others away, and removes what nobody has any more", async () => {
    const row = await saved("Replace this", [new File([pdf()], "letter.pdf"), picture(40, "extra.png")])
    const page = await open(row.id)
    await save(row.id, {
      title: "Replaced",
      _upload: page.upload,
      upload: picture(41, "new.png"),
      _attachments: page.attachments[1] as string,
    })
    expect(await rowOf("Replaced")).toMatchObject({ upload: { name: "new.png" }, attachments: [row.attachments[1]] })
    const hashes = await savedHashes(site)
    expect(hashes).toEqual(expect.arrayContaining([sha256(png(41)), sha256(png(40))]))
    expect(hashes).not.toContain(sha256(png("Replace this".length)))
  })

  it("shows the form again with the very files, saved ones and new ones", async () => {
    const row = await saved("Fails at first")
    const page = await open(row.id)
    const attachments = picture(50, "extra.png")
    const again = await save(row.id, { title: "", _upload: page.upload, attachments })
    const text = await again.text()
    expect(again.status).toBe(422)
    expect(text).toContain(`value="${page.upload[0]}"`)
    expect(text).toContain("Keep extra.png")
    expect(await rowOf("Fails at first")).toEqual(row)
  })

  it("does not bring back what another tab has replaced, and puts no file of one row into another", async () => {
    const [row, other] = [await saved("Two tabs"), await saved("Another row")]
    const [one, two] = [await open(row.id), await open(other.id)]
    await save(row.id, { title: "Two tabs", upload: picture(60, "new.png") })
    const hashes = await savedHashes(site)
    for (const _upload of [one.upload, two.upload]) {
      const late = await save(row.id, { title: "Too late", _upload, attachments: picture(61, "extra.png") })
      expect([late.status, await late.text()]).toEqual([422, expect.stringContaining("changed in another tab")])
    }
    expect((await rowOf("Two tabs")).upload.name).toBe("new.png")
    expect(await savedHashes(site)).toEqual(hashes)
  })

  it("lets one of two win that save other files at the same time, and leaves no file that nobody has", async () => {
    const row = await saved("Race")
    const before = (await savedHashes(site)).length
    const tries = [70, 71].map((seed) => save(row.id, { title: "Race", upload: picture(seed, `${seed}.png`) }))
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.every((status) => status === 303 || status === 422)).toBe(true)
    expect(await savedHashes(site)).toHaveLength(before)
    const { upload } = await rowOf("Race")
    expect(await savedHashes(site)).toContain(sha256(png(Number.parseInt(upload.name, 10))))
  })

  it("is for who made it: nobody else sees it, saves it or uses its tokens, an admin neither", async () => {
    const row = await saved("Mine alone")
    const { upload } = await open(row.id)
    expect((await open(row.id, admin)).status).toBe(404)
    expect((await save(row.id, { title: "Theirs", upload: picture(80, "theirs.png") }, admin)).status).toBe(404)
    const own = await demo("/submissions", form({ title: "At another field", _upload: upload, accept: "on" }))
    expect([own.status, await own.text()]).toEqual([422, expect.stringContaining("uploaded for another field")])
    expect(await rowOf("Mine alone")).toEqual(row)
  })
})
