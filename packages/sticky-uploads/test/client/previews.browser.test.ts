import { describe, expect, it } from "vitest"
import { faultsOf } from "../support/faults.js"
import { chromiumPages, picked } from "../support/open-page.js"
import { fileInput, form, startForm } from "../support/start-form.js"

const start = startForm(chromiumPages())

const script = (more = "") => `
  // Counts what is held.
  const { createObjectURL, revokeObjectURL } = URL
  window.held = new Set()
  URL.createObjectURL = (file) => {
    const url = createObjectURL.call(URL, file)
    held.add(url)
    return url
  }
  URL.revokeObjectURL = (url) => {
    if (!held.delete(url)) throw new Error("revoked twice")
    revokeObjectURL.call(URL, url)
  }
  import { createStickyClient } from "sticky-uploads/client"
  import { checkLimits, showFiles, showPreviews } from "sticky-uploads/view"
  window.client = createStickyClient({ url: "/uploads" })
  client.bind()
  checkLimits()
  window.undo = showPreviews()
  ${more}`

const open = (fields: string, more?: string) => start({ script: script(more), page: () => form(fields) })

const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
)
const picture = (name: string) => picked(name, pixel, "image/png")
const svg = picked("a.svg", `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`, "image/svg+xml")

describe("showPreviews", () => {
  it("shows a picture of each file that is one, and the names and sizes of all", async () => {
    const { page, picker } = await open(fileInput("attachments", "multiple"))
    await picker.setInputFiles([picture("a.png"), picked("b.txt"), svg])
    const lines = page.getByRole("list", { name: "Picked files" }).getByRole("listitem")
    await expect.poll(() => lines.allTextContents()).toEqual(["a.png 70 bytes", "b.txt 14 bytes", "a.svg 62 bytes"])
    const shown = page.getByRole("img", { name: "Preview of a.png" })
    await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
    expect(await page.locator("img").count()).toBe(1)
  })

  it("puts the pictures into the list of files where there is one, whichever was asked for first", async () => {
    const { page, picker } = await open(fileInput("attachments", "multiple"), "showFiles()")
    await picker.setInputFiles([picture("a.png"), picked("b.txt")])
    await page.locator(".sticky-file img[alt='Preview of a.png']").waitFor()
    expect(await page.locator(".sticky-previews").count()).toBe(0)
  })

  it("holds a file no longer than its picture is shown", async () => {
    const { page, picker } = await open(fileInput("attachments", "multiple"), "showFiles()")
    const held = () => page.evaluate("held.size")
    await picker.setInputFiles([picture("a.png"), picture("b.png")])
    await expect.poll(held).toBe(2)
    await page.getByRole("button", { name: "Remove a.png" }).click()
    await expect.poll(held).toBe(1)
    await picker.setInputFiles([picture("c.png")])
    await expect
      .poll(() => page.locator("img").evaluateAll((all) => all.map((each) => each.getAttribute("alt"))))
      .toEqual(["Preview of c.png"])
    expect(await held()).toBe(1)
    await page.evaluate("document.forms[0].reset()")
    await expect.poll(held).toBe(0)
    await picker.setInputFiles([picture("d.png")])
    await expect.poll(held).toBe(1)
    await page.evaluate("undo()")
    expect([await held(), await page.locator("img").count()]).toEqual([0, 0])
  })

  it.each(["", "showFiles()"])("leaves nothing to complain of for those who do not see it %s", async (list) => {
    const fields = `<label>Pictures ${fileInput("attachments", "multiple")}</label>`
    const { page, picker } = await start({
      script: script(list),
      page: () => `<main><h1>Form</h1>${form(fields).replace("<input name", `<input aria-label="Title" name`)}</main>`,
    })
    await picker.setInputFiles([picture("a.png"), picked("b.txt")])
    await page.getByRole("img", { name: "Preview of a.png" }).waitFor()
    expect(await faultsOf(page)).toEqual([])
  })

  it("shows nothing of a file that is refused, and no picture where there is none", async () => {
    const { page, picker } = await open(
      fileInput("attachments", 'multiple data-max-bytes="80"') + fileInput("upload", 'data-max-bytes="5"'),
    )
    await page.locator("[name=upload]").setInputFiles(picture("big.png"))
    await page.locator("output", { hasText: "File is 70 bytes; the limit is 5 bytes: big.png" }).waitFor()
    await picker.setInputFiles(picked("false.png", "no picture at all", "image/png"))
    await expect.poll(() => page.locator(".sticky-previews").allTextContents()).toEqual(["false.png 17 bytes"])
    await expect.poll(() => page.evaluate("held.size")).toBe(0)
    expect(await page.locator("img").count()).toBe(0)
  })
})
