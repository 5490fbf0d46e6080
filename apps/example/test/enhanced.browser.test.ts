import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest"
import { launchChromium } from "../../../packages/sticky-uploads/test/support/chromium.js"
import { drag } from "../../../packages/sticky-uploads/test/support/drag.js"
import { faultsOf } from "../../../packages/sticky-uploads/test/support/faults.js"
import { type BuiltSite, startBuiltSite } from "./support/built-site.js"
import { png, textFile } from "./support/files.js"
import { holdUploads } from "./support/hold-uploads.js"
import { arrive, type Person } from "./support/person.js"
import { savedRows } from "./support/saved.js"

let site: BuiltSite
let browser: Browser
let person: Person

beforeAll(async () => {
  site = await startBuiltSite()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

beforeEach(async () => {
  person = await arrive(browser, site, "demo", true)
})

afterEach(() => person.leave())

const picture = { name: "portrait.png", mimeType: "image/png", buffer: png(1) }
const titles = async () => (await savedRows(site)).map(({ title }) => title)

describe("the form with JavaScript", () => {
  it("waits for a running upload when it is sent, and then goes on by itself", async () => {
    const { page, posted } = person
    const letGo = await holdUploads(page)
    await person.fill("Sent early", picture)
    await person.accept()
    await person.send()
    await page.getByText("This is sent once the upload is finished.").waitFor()
    await expect.poll(() => posted).toEqual(["/sticky/submission.create/upload"])
    letGo()
    await page.waitForURL("**/thanks")
    expect(posted).toEqual(["/sticky/submission.create/upload", "/trpc/submission.create"])
    expect(await titles()).toContain("Sent early")
  })

  it("loses nothing when the session is over, and goes on after a new login", async () => {
    const { page, summary } = person
    await person.fill("Came back", picture)
    await page.getByText("Uploaded", { exact: true }).waitFor()
    await person.accept()
    const context = page.context()
    const cookies = await context.cookies()
    await context.clearCookies()
    await person.send()
    await summary.getByText("You are logged out.").waitFor()
    await context.addCookies(cookies)
    await person.send()
    await page.waitForURL("**/thanks")
    expect(await titles()).toContain("Came back")
  })

  it("loses nothing when the server cannot be reached, and sends the same token again", async () => {
    const { page, summary, posted } = person
    await person.fill("Second try", picture)
    await page.getByText("Uploaded", { exact: true }).waitFor()
    await person.accept()
    await page.route("**/trpc/**", (route) => route.abort())
    await person.send()
    await summary.getByText("Nothing is lost").waitFor()
    await page.unroute("**/trpc/**")
    await person.send()
    await page.waitForURL("**/thanks")
    expect(posted.filter((path) => path.startsWith("/sticky"))).toHaveLength(1)
  })

  it("takes back what it said of a file when another is picked, or none", async () => {
    const { page } = person
    const input = page.getByLabel("Picture or PDF")
    await input.setInputFiles({ name: "fake.png", mimeType: "image/png", buffer: Buffer.from("I am no picture.") })
    await page.getByRole("listitem").getByText("File is of type text/plain").waitFor()
    await input.setInputFiles(picture)
    await page.getByText("Uploaded", { exact: true }).waitFor()
    expect(await page.getByText("File is of type").count()).toBe(0)
    expect(await input.getAttribute("aria-invalid")).toBe("false")
    await input.setInputFiles([])
    await page.getByText("Uploaded", { exact: true }).waitFor({ state: "hidden" })
    expect(await page.locator("input[name=_upload]").inputValue()).toBe("")
  })

  it("refuses a file that is too large before a byte of it is sent", async () => {
    const { page, posted } = person
    await person.fill("Too large", { ...picture, buffer: Buffer.alloc(6_000_000) })
    await page.getByRole("listitem").getByText("File is 6 MB; the limit is 5 MB: portrait.png").waitFor()
    expect(posted).toEqual([])
  })

  it("sends what is left when one of several files is taken out", async () => {
    const { page } = person
    await person.fill("One less", picture)
    await page.getByLabel("Attachments").setInputFiles([textFile("a.txt"), textFile("b.txt")])
    await page.getByRole("button", { name: "Remove a.txt" }).click()
    await person.accept()
    await person.send()
    await page.waitForURL("**/thanks")
    const row = (await savedRows(site)).find(({ title }) => title === "One less")
    expect(row?.attachments.map(({ name }) => name)).toEqual(["b.txt"])
  })

  it("puts a picked file in the place of the one that was there, which comes back when that is taken out", async () => {
    const { page } = person
    const current = page.getByText("Currently: portrait.png")
    // The script comes late: the form went by hand once, and is back with what it kept.
    await page.route("**/app.js", (route) => route.abort())
    await page.reload()
    await person.fill("Changed my mind", picture)
    await page.unroute("**/app.js")
    await person.send()
    await current.waitFor()
    await page.getByLabel("Picture or PDF").setInputFiles({ ...picture, name: "new.png" })
    await page.getByText("Uploaded", { exact: true }).waitFor()
    expect(await current.isVisible()).toBe(false)
    await page.getByRole("button", { name: "Remove new.png" }).click()
    await current.waitFor()
    await person.accept()
    await person.send()
    await page.waitForURL("**/thanks")
    const row = (await savedRows(site)).find(({ title }) => title === "Changed my mind")
    expect(row?.upload.name).toBe("portrait.png")
  })

  it("sends the files that a form by hand brought back, among those that are picked now, in the order of the list", async () => {
    const { page } = person
    await page.route("**/app.js", (route) => route.abort())
    await page.reload()
    await person.fill("In order", picture)
    const attachments = page.getByLabel("Attachments")
    await attachments.setInputFiles([textFile("a.txt"), textFile("b.txt")])
    await page.unroute("**/app.js")
    await person.send()
    await page.getByRole("button", { name: "Remove b.txt" }).waitFor()
    await attachments.setInputFiles(textFile("c.txt"))
    await page.getByRole("button", { name: "Move up c.txt" }).press("Enter")
    await person.accept()
    await person.send()
    await page.waitForURL("**/thanks")
    const row = (await savedRows(site)).find(({ title }) => title === "In order")
    expect(row?.attachments.map(({ name }) => name)).toEqual(["a.txt", "c.txt", "b.txt"])
  })

  it("takes what is dropped on a field among what it has, shows where it goes, and pictures as such", async () => {
    const { page } = person
    const folder = await mkdtemp(join(tmpdir(), "sticky-dropped-"))
    onTestFinished(() => rm(folder, { recursive: true }))
    const paths = ["sunset.png", "sunrise.png"].map((name) => join(folder, name))
    for (const [at, path] of paths.entries()) await writeFile(path, png(at))
    const attachments = page.getByLabel("Attachments")
    await attachments.setInputFiles(textFile("notes.txt"))
    const dragged = await drag(page, ...paths)
    await dragged.over(attachments)
    await attachments.and(page.locator("[data-drop=over]")).waitFor()
    expect(await faultsOf(page)).toEqual([])
    await dragged.drop(attachments)
    await page.getByRole("img", { name: "Preview of sunset.png" }).waitFor()
    await page.locator(".sticky-file[data-state=ready]").nth(2).waitFor()
    expect(await faultsOf(page)).toEqual([])
    const names = await page.locator(".sticky-name").allInnerTexts()
    expect(names).toEqual(["notes.txt", "sunset.png", "sunrise.png"])
  })

  it("leads from a message to its field by the keyboard", async () => {
    const { page, summary } = person
    await person.fill("By keyboard", picture)
    await person.send()
    await summary.waitFor()
    expect(await summary.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Space")
    expect(await page.getByLabel("I accept the terms").isChecked()).toBe(true)
  })

  it("tells the console of each hook", async () => {
    const { page } = person
    const said: string[] = []
    page.on("console", (message) => message.type() === "log" && said.push(message.text().split(" ")[0] ?? ""))
    await person.fill("Hooks", picture)
    await page.getByText("Uploaded", { exact: true }).waitFor()
    await person.send()
    await person.summary.waitFor()
    expect(new Set(said)).toEqual(new Set(["change:", "before:", "progress:", "success:", "submit:"]))
  })
})
