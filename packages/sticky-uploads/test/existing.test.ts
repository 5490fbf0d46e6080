import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client"
import type { StickyToken, Stored } from "sticky-uploads/server"
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest"
import { readDocument } from "./support/documents.js"
import { importBlocks } from "./support/import-blocks.js"
import { png } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"

expectNoStrayErrors()

const load = importBlocks(readDocument("apps/docs/guide/editing.md"))

/** What the guide's own types say; its blocks are imported by their paths, of which TypeScript knows nothing. */
interface Guide {
  reports: Map<string, { id: string; owner: string; title: string; upload: Stored | null; attachments: Stored[] }>
  uploads: import("sticky-uploads/server").Storage
  sticky: import("sticky-uploads/server").Sticky<{ user: string | undefined }>
}
let guide: Guide
let server: Server
let url: string
beforeAll(async () => {
  const { app } = await load("app.ts")
  guide = await load("setup.ts")
  server = await new Promise((resolve) => {
    const listening: Server = app.listen(0, "127.0.0.1", () => resolve(listening))
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

let count = 0
/** A report with files that were saved long ago: a picture as `upload`, and `attachments`. */
async function report({ owner = "ann", attachments = [] as string[] } = {}) {
  count += 1
  const id = `report-${count}`
  async function store(name: string): Promise<Stored> {
    const key = `${id}-${name}`
    await guide.uploads.write(key, [png(70)] as never)
    return { storage: "uploads", key, name, size: 70, type: "image/png" }
  }
  const upload = await store("old.png")
  const row = { id, owner, title: "A title", upload, attachments: await Promise.all(attachments.map(store)) }
  guide.reports.set(id, row)
  return row
}
const rowOf = ({ id }: { id: string }) => guide.reports.get(id) as NonNullable<ReturnType<Guide["reports"]["get"]>>
const namesOf = (row: { id: string }) => rowOf(row).attachments.map(({ name }) => name)
const isStored = async ({ key }: Stored) => (await guide.uploads.stat(key)) !== undefined

/** A page of the guide's app in a browser without JavaScript, which sends what stands in its form. */
interface Page {
  status: number
  text: string
  fields: FormData
  send(): Promise<Page>
}

/** What a browser would send of the inputs of a form as it came. */
function fieldsOf(html: string): FormData {
  const fields = new FormData()
  for (const [input] of html.matchAll(/<input [^>]*>/g)) {
    const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(input)?.[1]
    const [type, name = ""] = [attribute("type"), attribute("name")]
    if (type === "file") fields.append(name, new File([], ""))
    else if (type !== "checkbox" || / checked\b/.test(input)) fields.append(name, attribute("value") ?? "on")
  }
  return fields
}

async function show(answer: Response): Promise<Page> {
  const html = await answer.text()
  const fields = fieldsOf(html)
  async function send() {
    const id = String(fields.get("id"))
    const request = { method: "POST", body: fields, headers: { "x-user": "ann" } }
    const sent = await fetch(`${url}/reports/${id}`, { ...request, redirect: "manual" })
    return sent.status === 303 ? open({ id }) : show(sent)
  }
  return { status: answer.status, text: html.replace(/<[^>]*>/g, ""), fields, send }
}
const open = async ({ id }: { id: string }, user = "ann") =>
  show(await fetch(`${url}/reports/${id}`, { headers: { "x-user": user } }))

const pick = (page: Page, field: string, name = "new.png") =>
  page.fields.set(field, new File([Uint8Array.from(png(80))], name))
const tokensIn = (page: Page, field: string) => page.fields.getAll(`_${field}`) as string[]

describe("an edit form without JavaScript", () => {
  it("says which file there is, and keeps it, from two tabs and as often as it is saved", async () => {
    const row = await report()
    const [one, two] = [await open(row), await open(row)]
    expect(one.text).toContain("Currently: old.png (70 bytes)")
    one.fields.set("title", "Another title")
    expect((await one.send()).text).toContain("Currently: old.png")
    await (await two.send()).send()
    expect(rowOf(row)).toEqual(row)
    expect(await isStored(row.upload)).toBe(true)
  })

  it("replaces it by the file that is picked, and then it is gone", async () => {
    const row = await report()
    const page = await open(row)
    pick(page, "upload")
    expect((await page.send()).text).toContain("Currently: new.png (80 bytes)")
    expect(rowOf(row).upload).toMatchObject({ name: "new.png", size: 80 })
    expect(await isStored(row.upload)).toBe(false)
  })

  it("takes it away with the box", async () => {
    const row = await report()
    const page = await open(row)
    page.fields.set("upload-clear", "on")
    expect((await page.send()).text).not.toContain("old.png")
    expect(rowOf(row).upload).toBeNull()
    expect(await isStored(row.upload)).toBe(false)
  })

  it("gives the very token back when another field failed, and keeps a box in mind that was ticked", async () => {
    const row = await report()
    const page = await open(row)
    page.fields.set("title", "")
    const kept = await page.send()
    expect(kept).toMatchObject({ status: 422, text: expect.stringContaining("Currently: old.png") })
    expect(tokensIn(kept, "upload")).toEqual(tokensIn(page, "upload"))

    kept.fields.set("upload-clear", "on")
    const cleared = await kept.send()
    expect(cleared.text).not.toContain("old.png")
    expect(rowOf(row)).toEqual(row)
    cleared.fields.set("title", "A title")
    await cleared.send()
    expect(rowOf(row).upload).toBeNull()
  })

  it("shows the file anew when the page was open for too long: a second click would have taken it away", async () => {
    const row = await report()
    const page = await open(row)
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_000 })
    onTestFinished(() => void vi.useRealTimers())
    const late = await page.send()
    expect(late.text).toContain("The upload has expired: old.png.")
    expect(late.text).toContain("Currently: old.png")
    expect((await late.send()).status).toBe(200)
    expect(rowOf(row)).toEqual(row)
  })

  it("keeps some of several in their order, takes others away and adds new ones behind", async () => {
    const row = await report({ attachments: ["a.png", "b.png", "c.png"] })
    const page = await open(row)
    const [a, , c] = tokensIn(page, "attachments")
    for (const name of ["_attachments", "attachments"]) page.fields.delete(name)
    for (const token of [c, a]) page.fields.append("_attachments", token as string)
    pick(page, "attachments", "d.png")
    await page.send()
    expect(namesOf(row)).toEqual(["c.png", "a.png", "d.png"])
    expect(await Promise.all(row.attachments.map(isStored))).toEqual([true, false, true])
    expect(rowOf(row).attachments.slice(0, 2)).toEqual([row.attachments[2], row.attachments[0]])
  })

  it("counts what is kept of a list with the rest", async () => {
    const row = await report({ attachments: ["a.png", "b.png", "c.png"] })
    const page = await open(row)
    pick(page, "attachments", "d.png")
    expect((await page.send()).text).toContain("Too big: expected array")
    expect(namesOf(row)).toEqual(["a.png", "b.png", "c.png"])
  })

  it.each<[string, (page: Page) => Promise<string>, string]>([
    [
      "of another person's",
      async () => tokensIn(await open(await report({ owner: "bob" }), "bob"), "upload")[0] as string,
      "The file was uploaded by someone else.",
    ],
    [
      "of another field's",
      async () => tokensIn(await open(await report({ attachments: ["a.png"] })), "attachments")[0] as string,
      "The file was uploaded for another field.",
    ],
    [
      "that was changed",
      async (page) => tokensIn(page, "upload")[0]?.replace(/.$/, (last) => (last === "A" ? "B" : "A")) as string,
      "The uploaded file cannot be verified.",
    ],
    [
      "of another report's, which is their own too",
      async () => tokensIn(await open(await report()), "upload")[0] as string,
      "This report was changed meanwhile.",
    ],
  ])("takes no token %s", async (_what, make, message) => {
    const row = await report()
    const page = await open(row)
    page.fields.set("_upload", await make(page))
    expect(await page.send()).toMatchObject({ status: 422, text: expect.stringContaining(message) })
    expect(rowOf(row)).toEqual(row)
  })

  it("does not bring a file back that another tab has replaced", async () => {
    const row = await report()
    const [one, two] = [await open(row), await open(row)]
    pick(one, "upload")
    await one.send()
    expect((await two.send()).text).toContain("This report was changed meanwhile.")
    expect(rowOf(row).upload?.name).toBe("new.png")
  })
})

describe("an edit form that sends JSON", () => {
  interface Changes {
    id: string
    title: string
    upload?: StickyToken | null
    attachments?: StickyToken[]
  }
  const clientOf = (user = "ann") => {
    const links = [httpBatchLink({ url: `${url}/trpc`, headers: { "x-user": user } })]
    const { report } = createTRPCClient({ links }) as never as {
      report: { update: { mutate(changes: Changes): Promise<void> } }
    }
    return report.update
  }
  const existing = (stored: Stored, field = "upload", user = "ann") =>
    guide.sticky.existing(stored, { ctx: { user }, target: `report.update/${field}` }).token
  const attached = (stored: Stored) => existing(stored, "attachments.*")

  async function uploaded(target: string, name: string): Promise<StickyToken> {
    const body = new FormData()
    body.append("upload", new File([Uint8Array.from(png(90))], name))
    const answer = await fetch(`${url}/sticky/${target}`, { method: "POST", body, headers: { "x-user": "ann" } })
    return (await answer.json()).stored
  }

  it("keeps, replaces and takes away, in one batch, and lists come in the order in which they are sent", async () => {
    const [kept, replaced, cleared] = await Promise.all([
      report({ attachments: ["a.png", "b.png"] }),
      report(),
      report(),
    ])
    const [a, b] = kept.attachments.map(attached)
    const added = await uploaded("report.update/attachments.*", "c.png")
    const { mutate } = clientOf()
    await Promise.all([
      mutate({ id: kept.id, title: "x", upload: existing(kept.upload), attachments: [b, added, a] as StickyToken[] }),
      mutate({ id: replaced.id, title: "x", upload: await uploaded("report.update/upload", "new.png") }),
      mutate({ id: cleared.id, title: "x", upload: null }),
    ])
    expect(rowOf(kept).upload).toEqual(kept.upload)
    expect(namesOf(kept)).toEqual(["b.png", "c.png", "a.png"])
    expect(rowOf(replaced).upload).toMatchObject({ name: "new.png", size: 90 })
    expect(rowOf(cleared).upload).toBeNull()
    const all = [kept, replaced, cleared].map(({ upload }) => isStored(upload))
    expect(await Promise.all(all)).toEqual([true, false, false])
  })

  it.each<[string, (row: Awaited<ReturnType<typeof report>>) => Omit<Changes, "id" | "title">, string]>([
    [
      "of another person's",
      ({ upload }) => ({ upload: existing(upload, "upload", "bob") }),
      "upload: token_wrong_subject",
    ],
    ["of another field's", ({ upload }) => ({ upload: attached(upload) }), "upload: token_wrong_target"],
    [
      "twice in one list",
      ({ upload }) => ({ attachments: Array(2).fill(attached(upload)) }),
      "attachments.0: token_used,attachments.1: token_used",
    ],
  ])("refuses a token %s at its field", async (_what, make, issues) => {
    const row = await report()
    const error = await clientOf()
      .mutate({ id: row.id, title: "x", ...make(row) })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TRPCClientError)
    const found = JSON.parse((error as Error).message) as { path: string[]; params: { code: string } }[]
    expect(found.map(({ path, params }) => `${path.join(".")}: ${params.code}`).join()).toBe(issues)
    expect(rowOf(row)).toEqual(row)
  })

  it("leaves the file when the endpoint is asked to discard it: it is no upload", async () => {
    const row = await report()
    const headers = { "x-user": "ann", "x-sticky-token": existing(row.upload) }
    const answer = await fetch(`${url}/sticky/report.update/upload`, { method: "DELETE", headers })
    expect([answer.status, (await answer.json()).code]).toEqual([422, "token_tampered"])
    expect(await isStored(row.upload)).toBe(true)
  })
})

describe("what became of an edited file", () => {
  it("is told by types that narrow", async () => {
    const { whatBecameOf } = await load("block-3.ts")
    const existing = { storage: "uploads", key: "k-1" }
    expect([undefined, null, { existing, size: 5 }, { existing: undefined, size: 5 }].map(whatBecameOf)).toEqual([
      "it was taken away",
      "it was taken away",
      "it stays, at k-1",
      "it is a new one, of 5 bytes",
    ])
  })
})
