import type { Browser, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { launchChromium } from "../../../packages/sticky-uploads/test/support/chromium.js"
import { faultsOf } from "../../../packages/sticky-uploads/test/support/faults.js"
import { type BuiltSite, startBuiltSite } from "./support/built-site.js"
import { png, textFile } from "./support/files.js"
import { holdUploads } from "./support/hold-uploads.js"
import { arrive, type Person, visit } from "./support/person.js"

let site: BuiltSite
let browser: Browser

beforeAll(async () => {
  site = await startBuiltSite()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

const picture = { name: "portrait.png", mimeType: "image/png", buffer: png(1) }
const fake = { ...picture, name: "fake.png", buffer: Buffer.from("I am no picture.") }
const huge = { ...picture, name: "huge.png", buffer: Buffer.alloc(5_000_001) }

describe("every page", () => {
  let person: Person
  afterEach(() => person.leave())

  it("is sound at the login, and when it fails", async () => {
    person = await visit(browser, site, true)
    const { page } = person
    expect(await faultsOf(page)).toEqual([])
    await page.getByLabel("Name").fill("nobody")
    await page.getByLabel("Password").fill("knows")
    await page.getByRole("button", { name: "Log in" }).click()
    await page.getByRole("alert").waitFor()
    expect(await faultsOf(page)).toEqual([])
  })

  it.each([
    ["with nothing in the list", "/uploads", 200],
    ["at an address without a page", "/nothing/here", 404],
    ["where one may not go", "/admin/uploads", 403],
  ])("is sound %s", async (_where, path, status) => {
    person = await arrive(browser, site, "demo", true)
    expect((await person.page.goto(site.url + path))?.status()).toBe(status)
    expect(await faultsOf(person.page)).toEqual([])
  })

  it("is sound in thanking, and in listing what was saved", async () => {
    person = await arrive(browser, site, "admin", true)
    const { page } = person
    await person.fill("A portrait and a note", picture)
    await page.getByLabel("Attachments").setInputFiles(textFile("notes.txt"))
    await person.accept()
    await person.send()
    await page.waitForURL("**/thanks")
    expect(await faultsOf(page)).toEqual([])
    for (const path of ["/uploads", "/admin/uploads"]) {
      await page.goto(site.url + path)
      await page.getByRole("link", { name: "notes.txt" }).waitFor()
      expect(await faultsOf(page)).toEqual([])
    }
    await page.goto(`${site.url}/uploads`)
    await page.getByRole("link", { name: "Edit A portrait and a note" }).click()
    await page.getByText("Currently: portrait.png").waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.goto(`${site.url}/admin/dashboard`)
    expect(await faultsOf(page)).toEqual([])
  })

  it("is sound where an admin sees what was refused, and fits a window of 320 pixels", async () => {
    person = await arrive(browser, site, "admin", true)
    const { page } = person
    await page.setViewportSize({ width: 320, height: 640 })
    await person.fill("Refused", fake)
    await page.locator(".sticky-file[data-state=refused]").waitFor()
    await page.goto(`${site.url}/admin/dashboard`)
    await page.getByRole("row", { name: "file_type_refused" }).waitFor()
    expect(await faultsOf(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
  })
})

describe("the form", () => {
  let person: Person
  let page: Page

  beforeEach(async () => {
    person = await arrive(browser, site, "demo", true)
    page = person.page
  })

  afterEach(() => person.leave())

  /** Resolves once there are files in these states, in the order of the page. */
  const shows = (...states: string[]) =>
    page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll<HTMLElement>(".sticky-file")].map(({ dataset }) => dataset.state).join() ===
        wanted,
      states.join(),
    )
  const blockScript = () => page.route("**/app.js", (route) => route.abort())

  it("is sound while nothing is picked", async () => {
    expect(await faultsOf(page)).toEqual([])
  })

  it("is sound while a file is on its way, and while the form waits for it", async () => {
    await holdUploads(page)
    await person.fill("On its way", picture)
    await shows("uploading")
    expect(await faultsOf(page)).toEqual([])
    await person.send()
    await shows("submitting")
    expect(await faultsOf(page)).toEqual([])
  })

  it("is sound when a file is there, and when it was taken out again", async () => {
    await person.fill("There", picture)
    await shows("ready")
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole("button", { name: "Remove portrait.png" }).click()
    await shows()
    expect(await faultsOf(page)).toEqual([])
  })

  it.each([
    ["by the page", huge],
    ["by the server", fake],
  ])("is sound when a file was refused %s", async (_whom, file) => {
    await person.fill("Refused", file)
    await shows("refused")
    expect(await faultsOf(page)).toEqual([])
  })

  it("is sound when an upload failed", async () => {
    await page.route("**/sticky/**", (route) => route.fulfill({ status: 500 }))
    await person.fill("Failed", picture)
    await shows("failed")
    expect(await faultsOf(page)).toEqual([])
  })

  it("is sound while an upload waits to be sent again", async () => {
    await page.route("**/sticky/**", (route) => route.abort())
    await person.fill("Interrupted", picture)
    await page.locator(".sticky-message", { hasText: "trying again" }).waitFor()
    expect(await faultsOf(page)).toEqual([])
  })

  it("is sound with several files, each in a state of its own", async () => {
    await person.fill("Several", { ...picture, name: `${"a-long-name-".repeat(20)}.png` })
    await page.getByLabel("Attachments").setInputFiles([textFile("notes.txt"), textFile("مرحبا.txt")])
    await shows("ready", "ready", "ready")
    await page.route("**/sticky/**", (route) => route.fulfill({ status: 500 }))
    await page.getByLabel("Picture or PDF").setInputFiles(picture)
    await shows("failed", "ready", "ready")
    await page.unroute("**/sticky/**")
    await holdUploads(page)
    await page
      .getByLabel("Attachments")
      .setInputFiles([textFile("a.txt"), { ...textFile("b.txt"), buffer: Buffer.alloc(0) }])
    await shows("failed", "ready", "ready", "uploading", "refused")
    expect(await faultsOf(page)).toEqual([])
  })

  it("fits a window of 320 pixels, with long names and with buttons for fingers", async () => {
    await page.setViewportSize({ width: 320, height: 640 })
    await page.route("**/sticky/**", (route) => route.fulfill({ status: 500 }))
    await person.fill("W".repeat(200), { ...picture, name: `${"W".repeat(200)}.png` })
    await page.getByLabel("Attachments").setInputFiles(textFile(`${"long name ".repeat(20)}.txt`))
    await shows("failed", "failed")
    expect(await faultsOf(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    const buttons = await page.locator("main button:visible").all()
    expect(buttons).toHaveLength(5)
    for (const button of buttons) {
      const { x, width, height } = (await button.boundingBox())!
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(44)
      expect(x + width).toBeLessThanOrEqual(320)
    }
  })

  it("is sound when a submit failed", async () => {
    await person.fill("Not accepted", picture)
    await page.getByLabel("Attachments").setInputFiles(["a", "b", "c"].map((name) => textFile(`${name}.txt`)))
    await shows("ready", "ready", "ready", "ready")
    await person.send()
    await person.summary.getByText("Please tick this box.").waitFor()
    expect(await faultsOf(page)).toEqual([])
  })

  it("is sound without its script, fresh and after a failed submit", async () => {
    await blockScript()
    await page.reload()
    expect(await faultsOf(page)).toEqual([])
    await person.fill("By hand", picture)
    await page.getByLabel("Attachments").setInputFiles([textFile("a.txt"), textFile("b.txt")])
    await person.send()
    await page.getByText("Currently: portrait.png").waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.getByLabel("Picture or PDF").setInputFiles(fake)
    await person.send()
    await page.getByText("File is of type text/plain").first().waitFor()
    expect(await faultsOf(page)).toEqual([])
  })

  it("is sound when its script comes to a form that failed, and another file is picked", async () => {
    await blockScript()
    await page.reload()
    await person.fill("Half by hand", picture)
    await page.unroute("**/app.js")
    await person.send()
    await page.getByText("Currently: portrait.png").waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.getByLabel("Picture or PDF").setInputFiles({ ...picture, name: "new.png" })
    await shows("ready")
    expect(await faultsOf(page)).toEqual([])
  })
})
