import type { Browser, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { launchChromium } from "../../../packages/sticky-uploads/test/support/chromium.js"
import { listen } from "./support/announcements.js"
import { type BuiltSite, startBuiltSite } from "./support/built-site.js"
import { describedBy } from "./support/described.js"
import { png, textFile } from "./support/files.js"
import { holdUploads } from "./support/hold-uploads.js"
import { arrive, type Person } from "./support/person.js"

let site: BuiltSite
let browser: Browser
let person: Person
let texts: () => Promise<string[]>

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
  texts = await listen(person.page)
})

afterEach(() => person.leave())

const picture = { name: "portrait.png", mimeType: "image/png", buffer: png(1) }

/** Lets uploads go at so many bytes a second, until this is ended. */
async function throttleUploads(page: Page, uploadThroughput: number): Promise<{ end(): Promise<void> }> {
  const session = await page.context().newCDPSession(page)
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput }
  await session.send("Network.enable")
  await session.send("Network.emulateNetworkConditions", conditions)
  return {
    async end() {
      await session.send("Network.emulateNetworkConditions", { ...conditions, uploadThroughput: -1 })
    },
  }
}

describe("what the page says aloud", () => {
  it("is that it uploads, how far it is at most once a second, and that the file is there", async () => {
    const { page } = person
    const slow = await throttleUploads(page, 50_000)
    const isPast = (percent: number) =>
      page.waitForFunction((least) => document.querySelector("progress")!.value > least, percent / 100)
    await page.clock.install({ time: 0 })
    await page.clock.pauseAt(60 * 60 * 1000)

    await person.fill("Slow", { ...picture, buffer: Buffer.concat([png(1), Buffer.alloc(4_500_000)]) })
    await isPast(2)
    await page.clock.runFor(999)
    expect(await texts()).toEqual(["Uploading…"])
    await page.clock.runFor(1)
    const said = await texts()
    expect(said).toEqual(["Uploading…", expect.stringMatching(/^\d+%$/)])
    await isPast(Number.parseInt(said[1]!, 10) + 2)
    await page.clock.runFor(999)
    expect(await texts()).toEqual(said)
    await page.clock.runFor(1)
    await slow.end()
    await page.getByText("Uploaded", { exact: true }).waitFor()
    expect(await texts()).toEqual([...said, expect.stringMatching(/^\d+%$/), "Uploaded"])
  })

  it("is that the form waits for an upload, and then what is wrong with the form", async () => {
    const letGo = await holdUploads(person.page)
    await person.fill("Waits", picture)
    await person.send()
    await person.page.getByText("This is sent once the upload is finished.").waitFor()
    letGo()
    await person.summary.waitFor()
    expect(await texts()).toEqual(
      expect.arrayContaining([
        "Uploading…",
        "This is sent once the upload is finished.",
        "Uploaded",
        "Sending…",
        "Please tick this box.",
        expect.stringMatching(/^This could not be saved yet\s+I accept the terms: Please tick this box\.$/),
      ]),
    )
  })

  it("is why a file was refused, or that its upload failed, once", async () => {
    const { page } = person
    await person.fill("Refused", { ...picture, buffer: Buffer.alloc(6_000_000) })
    const refusal = "File is 6 MB; the limit is 5 MB: portrait.png"
    await page.locator("output", { hasText: refusal }).waitFor()
    await page.route("**/sticky/**", (route) => route.fulfill({ status: 500 }))
    await page.getByLabel("Attachments").setInputFiles(textFile("notes.txt"))
    const failure = "Upload failed; please try again."
    await page.locator("output", { hasText: failure }).waitFor()
    expect((await texts()).filter((text) => text !== "Uploading…")).toEqual([refusal, failure])
  })

  it("is that an upload was interrupted and goes on, until it is there", async () => {
    const { page } = person
    await page.route("**/sticky/**", (route) => route.abort(), { times: 1 })
    await person.fill("Interrupted", picture)
    await page.getByText("Uploaded", { exact: true }).waitFor()
    const said = (await texts()).filter((text) => text !== "Uploading…" && !text.endsWith("%"))
    expect(said[0]).toMatch(/^Upload interrupted; trying again in [12] seconds?\.$/)
  })
})

describe("what is said of the field", () => {
  it("is the hint, and what is wrong for as long as it is", async () => {
    const { page } = person
    const hint = "An image or a PDF, up to 5 MB."
    const input = page.getByLabel("Picture or PDF")
    const state = (name: string) => page.locator(`.sticky-file[data-state=${name}]`).waitFor()
    expect(await describedBy(page, "upload")).toEqual({ description: hint, invalid: "false" })

    await input.setInputFiles({ ...picture, buffer: Buffer.from("I am no picture.") })
    await state("refused")
    const refusal = "File is of type text/plain; allowed are image/*, .pdf: portrait.png"
    expect(await describedBy(page, "upload")).toEqual({ description: `${hint} ${refusal}`, invalid: "true" })

    await page.route("**/sticky/**", (route) => route.fulfill({ status: 500 }))
    await input.setInputFiles(picture)
    await state("failed")
    const failure = "Upload failed; please try again."
    expect(await describedBy(page, "upload")).toEqual({ description: `${hint} ${failure}`, invalid: "true" })

    await page.unroute("**/sticky/**")
    await page.getByRole("button", { name: "Try again portrait.png" }).click()
    await state("ready")
    expect(await describedBy(page, "upload")).toEqual({ description: hint, invalid: "false" })
  })

  it("is that there are too many, until one is taken out", async () => {
    const { page } = person
    const hint = "Optional: up to three files of any kind, 12 MB each."
    await person.fill("Too many", picture)
    await page.getByLabel("Attachments").setInputFiles(["a", "b", "c", "d"].map((name) => textFile(`${name}.txt`)))
    await page.locator(".sticky-file[data-state=refused]").waitFor()
    expect((await describedBy(page, "attachments")).invalid).toBe("true")
    await page.getByRole("button", { name: "Remove d.txt" }).click()
    await page.locator(".sticky-file[data-state=refused]").waitFor({ state: "detached" })
    await page.locator(".sticky-file[data-state=ready]").nth(3).waitFor()
    expect(await describedBy(page, "attachments")).toEqual({ description: hint, invalid: "false" })
    await person.accept()
    await person.send()
    await page.waitForURL("**/thanks")
  })
})
