import type { Browser, Locator, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { launchChromium } from "../../../packages/sticky-uploads/test/support/chromium.js"
import { type BuiltSite, startBuiltSite } from "./support/built-site.js"
import { png } from "./support/files.js"
import { holdUploads } from "./support/hold-uploads.js"
import { visit } from "./support/person.js"
import { savedRows } from "./support/saved.js"

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

/** Waits until a target has the focus, and fails when it does not show that. */
async function expectFocus(target: Locator): Promise<void> {
  await target.and(target.page().locator(":focus")).waitFor()
  const outline = await target.evaluate((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return { outlineStyle, outlineWidth }
  })
  expect(outline).toEqual({ outlineStyle: "solid", outlineWidth: "3px" })
}

/** Goes on by the Tab key until a target has the focus; every stop on the way has to show it. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stops = 0; stops < 20; stops++) {
    await page.keyboard.press("Tab")
    await expectFocus(page.locator(":focus"))
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`no Tab leads to ${target}`)
}

describe("the journey by keyboard", () => {
  it("leads from the login to the thanks, over a file that is taken out and a form that fails", async () => {
    const person = await visit(browser, site, true)
    onTestFinished(() => person.leave())
    const { page, summary } = person
    const { keyboard } = page
    const input = page.getByLabel("Picture or PDF")
    const box = page.getByLabel("I accept the terms")
    const send = page.getByRole("button", { name: "Send" })
    const picks = ["wrong.png", "right.png"].map((name) => ({ name, mimeType: "image/png", buffer: png(1) }))
    page.on("filechooser", (chooser) => chooser.setFiles(picks.shift()!))
    const letGo = await holdUploads(page)

    await tabTo(page, page.getByLabel("Name"))
    await keyboard.type("demo")
    await tabTo(page, page.getByLabel("Password"))
    await keyboard.type("demo")
    await keyboard.press("Enter")
    await page.getByRole("heading", { name: "New upload" }).waitFor()
    // Its style sheet may come later than its heading.
    await page.waitForLoadState()

    await tabTo(page, page.getByLabel("Title"))
    await keyboard.type("By keyboard")
    await tabTo(page, input)
    await keyboard.press("Enter")
    await page.getByRole("progressbar", { name: "wrong.png" }).waitFor()
    await expectFocus(input)

    await tabTo(page, page.getByRole("button", { name: "Remove wrong.png" }))
    await keyboard.press("Enter")
    await page.getByRole("list", { name: "Picked files" }).waitFor({ state: "detached" })
    await expectFocus(input)

    await keyboard.press("Space")
    await page.getByRole("progressbar", { name: "right.png" }).waitFor()
    letGo()
    await page.getByRole("listitem").filter({ hasText: "right.png" }).getByText("Uploaded").waitFor()

    await tabTo(page, send)
    await keyboard.press("Enter")
    await summary.waitFor()
    await expectFocus(summary)

    await tabTo(page, summary.getByRole("link", { name: "I accept the terms: Please tick this box." }))
    await keyboard.press("Enter")
    await expectFocus(box)
    await keyboard.press("Space")
    expect(await box.isChecked()).toBe(true)

    await tabTo(page, send)
    await keyboard.press("Enter")
    await page.waitForURL("**/thanks")
    expect(await savedRows(site)).toMatchObject([{ title: "By keyboard", upload: { name: "right.png" } }])
  })
})
