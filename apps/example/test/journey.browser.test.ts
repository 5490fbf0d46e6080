import { readFileSync } from "node:fs"
import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser } from "playwright-core"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { launchChromium } from "../../../packages/sticky-uploads/test/support/chromium.js"
import { type BuiltSite, startBuiltSite } from "./support/built-site.js"
import { pdf, png } from "./support/files.js"
import { arrive, type Person } from "./support/person.js"
import { savedHashes, savedRows, sha256 } from "./support/saved.js"

let site: BuiltSite
let browser: Browser
let folder: string
let portrait: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sticky-journey-"))
  portrait = await file("portrait.png", png(1))
  site = await startBuiltSite()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await site?.stop()
  await rm(folder, { recursive: true })
})

async function file(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

const rowsCalled = async (title: string) => (await savedRows(site)).filter((row) => row.title === title)

describe("the first start", () => {
  it("says which accounts it made and where it listens", () => {
    expect(site.said).toEqual([
      "Created the account demo with the password demo.",
      "Created the account admin with the password admin.",
      `Files and the database are in ${site.dataDir}`,
      expect.stringMatching(/^sticky-uploads example: http:\/\/127\.0\.0\.1:\d+$/),
    ])
  })
})

describe.each([
  ["with JavaScript", true],
  ["without JavaScript", false],
])("the journey %s", (how, hasScript) => {
  const people: Person[] = []

  afterEach(async () => {
    for (const person of people.splice(0)) await person.leave()
  })

  async function someone(name = "demo"): Promise<Person> {
    const person = await arrive(browser, site, name, hasScript)
    people.push(person)
    return person
  }

  const titled = (title: string) => `${title} (${how})`
  const fileField = ({ page }: Person) => page.locator(".field", { has: page.locator("#upload") })

  it("keeps a picture over a failed form, and then the very same bytes and the row", async () => {
    const person = await someone()
    const { page, posted, summary } = person
    await person.fill(titled("Portrait"), portrait)
    if (hasScript) {
      await page.getByText("Uploaded", { exact: true }).waitFor()
      expect(posted).toEqual(["/sticky/submission.create/upload"])
    }

    await person.send()
    await summary.getByRole("link", { name: "I accept the terms: Please tick this box." }).waitFor()
    expect(await page.title()).toMatch(/^Error: /)
    expect(await page.getByLabel("I accept the terms").getAttribute("aria-invalid")).toBe("true")
    expect(await page.getByLabel("Title").inputValue()).toBe(titled("Portrait"))
    if (hasScript)
      expect(await page.locator("#upload").evaluate((input: HTMLInputElement) => input.files?.length)).toBe(1)
    else {
      expect(await fileField(person).innerText()).toContain("Currently: portrait.png")
      const shown = await page.request.get(`${site.url}${await fileField(person).locator("img").getAttribute("src")}`)
      expect((await shown.body()).equals(png(1))).toBe(true)
    }
    expect(await rowsCalled(titled("Portrait"))).toEqual([])

    await person.accept()
    await person.send()
    await page.waitForURL("**/thanks")
    const [row] = await rowsCalled(titled("Portrait"))
    expect(row).toMatchObject({
      userName: "demo",
      upload: { name: "portrait.png", type: "image/png" },
      attachments: [],
    })
    expect(await savedHashes(site)).toContain(sha256(png(1)))
    // The picture itself travelled once.
    expect(posted).toEqual(
      hasScript
        ? ["/sticky/submission.create/upload", "/trpc/submission.create", "/trpc/submission.create"]
        : ["/submissions", "/submissions"],
    )
  })

  it("takes a PDF, and attachments of any kind", async () => {
    const person = await someone()
    await person.fill(titled("Letter"), await file("letter.pdf", pdf()))
    const notes = await file("notes.txt", "some notes")
    await person.page.getByLabel("Attachments").setInputFiles([notes, portrait])
    await person.send()
    await person.summary.waitFor()
    if (!hasScript) await person.page.getByLabel("Keep portrait.png").uncheck()
    await person.accept()
    await person.send()
    await person.page.waitForURL("**/thanks")
    const [row] = await rowsCalled(titled("Letter"))
    expect(row?.upload.type).toBe("application/pdf")
    expect(row?.attachments.map(({ name }) => name)).toEqual(hasScript ? ["notes.txt", "portrait.png"] : ["notes.txt"])
    expect(await savedHashes(site)).toEqual(expect.arrayContaining([sha256(pdf()), sha256(Buffer.from("some notes"))]))
  })

  it("refuses a file of 100 MB with its reason, and the form goes on", async () => {
    // A picture by its first bytes, then a hole that takes no room on the disk.
    const huge = await file("huge.png", png(3))
    await truncate(huge, 100_000_000)
    const person = await someone()
    await person.fill(titled("Huge"), huge)
    if (!hasScript) {
      await person.accept()
      await person.send()
    }
    await fileField(person)
      .getByText("the limit is 5 MB")
      .or(fileField(person).getByText("the limit of 5 MB"))
      .first()
      .waitFor()
    expect(await person.page.locator("#upload").getAttribute("aria-invalid")).toBe("true")

    await person.page.getByLabel("Picture or PDF").setInputFiles(portrait)
    await person.accept()
    await person.send()
    await person.page.waitForURL("**/thanks")
    expect(await rowsCalled(titled("Huge"))).toMatchObject([{ upload: { name: "portrait.png" } }])
  })

  it("refuses text that calls itself a picture", async () => {
    const person = await someone()
    await person.fill(titled("Fake"), await file("fake.png", "I am no picture.\n".repeat(100)))
    await person.accept()
    if (!hasScript) await person.send()
    await fileField(person).getByText("File is of type text/plain").first().waitFor()
    if (hasScript) await person.send()
    expect(new URL(person.page.url()).pathname).toBe(hasScript ? "/" : "/submissions")
    expect(await rowsCalled(titled("Fake"))).toEqual([])
  })

  it.each([
    ["写真と文章.png", "写真と文章.png"],
    ["../../../escape.png", "escape.png"],
    [`"><img src=x onerror=alert(1)>.png`, `"><img src=x onerror=alert(1)>.png`],
  ])("shows %j as text and never uses it as a path", async (name, shown) => {
    const person = await someone()
    const { page } = person
    await person.fill(titled(name), { name, mimeType: "image/png", buffer: png(2) })
    await person.send()
    await person.summary.waitFor()
    if (!hasScript) expect(await fileField(person).innerText()).toContain(`Currently: ${shown} (`)
    await person.accept()
    await person.send()
    await page.waitForURL("**/thanks")
    expect((await rowsCalled(titled(name)))[0]?.upload.name).toBe(shown)
    for (const directory of ["uploads", "staged"]) {
      for (const key of await readdir(join(site.dataDir, directory)))
        expect(key).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/)
    }
    await page.goto(`${site.url}/uploads`)
    const entry = page.locator("li.card", { hasText: titled(name) })
    expect(await entry.getByRole("list").getByRole("link").allInnerTexts()).toEqual([shown])
    expect(await page.locator("main img").count()).toBe(0)
  })

  it("keeps, replaces and takes away what was saved", async () => {
    const person = await someone()
    const { page } = person
    await person.fill(titled("To edit"), portrait)
    await page.getByLabel("Attachments").setInputFiles(await file("notes.txt", "some notes"))
    await person.accept()
    await person.send()
    await page.waitForURL("**/thanks")
    const [before] = await rowsCalled(titled("To edit"))

    async function edit(title: string) {
      await page.goto(`${site.url}/uploads`)
      await page.getByRole("link", { name: `Edit ${titled(title)}` }).click()
      await page.getByText("Currently: portrait.png").waitFor()
    }
    const save = async () => {
      await page.getByRole("button", { name: "Save" }).click()
      await page.getByRole("heading", { name: "My uploads" }).waitFor()
    }
    await edit("To edit")
    await page.getByLabel("Title").fill(titled("Edited"))
    await save()
    expect(await rowsCalled(titled("Edited"))).toEqual([{ ...before, title: titled("Edited") }])

    await edit("Edited")
    await page.getByLabel("Picture or PDF").setInputFiles(await file("other.png", png(9)))
    if (hasScript) await page.getByRole("button", { name: "Remove notes.txt" }).click()
    else await page.getByLabel("Keep notes.txt").uncheck()
    await save()
    const [after] = await rowsCalled(titled("Edited"))
    expect(after).toMatchObject({ id: before?.id, upload: { name: "other.png" }, attachments: [] })
    const keys = await readdir(join(site.dataDir, "uploads"))
    expect(keys).toContain(after?.upload.key)
    expect(keys).not.toContain(before?.upload.key)
    expect(keys).not.toContain(before?.attachments[0]?.key)
  })

  it("saves one row for two clicks", async () => {
    const person = await someone()
    await person.fill(titled("Twice"), portrait)
    await person.send()
    await person.summary.waitFor()
    await person.accept()
    await person.page.getByRole("button", { name: "Send" }).dblclick()
    // Whichever click the browser shows the answer of: the thanks, or that the file was submitted already.
    await person.page.getByText("Your upload was saved.").or(person.page.getByText("submitted")).first().waitFor()
    expect(await rowsCalled(titled("Twice"))).toHaveLength(1)
    if (hasScript) expect(person.posted.filter((path) => path.startsWith("/trpc"))).toHaveLength(2)
  })

  it("does not let one account use the file of another", async () => {
    const owner = await someone("demo")
    await owner.fill(titled("Mine"), portrait)
    await owner.send()
    await owner.summary.waitFor()
    const token = await owner.page.locator("input[name=_upload]").inputValue()
    expect(token).not.toBe("")

    const thief = await someone("admin")
    await thief.page.getByLabel("Title").fill(titled("Stolen"))
    await thief.page.locator("#upload").evaluate((input: HTMLInputElement) => (input.required = false))
    await thief.page
      .locator("input[name=_upload]")
      .evaluate((input: HTMLInputElement, value) => (input.value = value), token)
    await thief.accept()
    await thief.send()
    await thief.summary.getByText("The file was uploaded by someone else.").waitFor()
    expect(await rowsCalled(titled("Stolen"))).toEqual([])

    await owner.accept()
    await owner.send()
    await owner.page.waitForURL("**/thanks")
  })

  it("lists everyone's uploads for an admin, and gives the file back as it was", async () => {
    const owner = await someone("demo")
    await owner.fill(titled("For the list"), { name: "写真.png", mimeType: "image/png", buffer: png(7) })
    await owner.accept()
    await owner.send()
    await owner.page.waitForURL("**/thanks")

    const { page } = await someone("admin")
    await page.getByRole("link", { name: "Everyone’s" }).click()
    const entry = page.locator("li.card", { hasText: titled("For the list") })
    expect(await entry.innerText()).toContain("demo")
    const download = page.waitForEvent("download")
    await entry.getByRole("link", { name: "写真.png" }).click()
    expect((await download).suggestedFilename()).toBe("写真.png")
    expect(sha256(readFileSync(await (await download).path()))).toBe(sha256(png(7)))
    expect((await page.goto(`${site.url}/uploads`))?.status()).toBe(200)
    expect(await page.getByText(titled("For the list")).count()).toBe(0)
  })
})
