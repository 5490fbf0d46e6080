import type { Page } from "playwright-core"
import { describe, expect, it } from "vitest"
import { chromiumPages } from "../support/open-page.js"
import { fileInput, form, startForm } from "../support/start-form.js"

const start = startForm(chromiumPages())

const script = `
  import { createStickyClient } from "sticky-uploads/client"
  import { takePastes } from "sticky-uploads/view"
  window.client = createStickyClient({ url: "/uploads", messages: { pasted: ({ at }) => "Bild " + at } })
  client.bind()
  window.undo = takePastes()`

const open = async (fields: string, elsewhere = "") => {
  const opened = await start({ script, page: () => `${form(fields)}${elsewhere}` })
  await opened.page.context().grantPermissions(["clipboard-read", "clipboard-write"])
  return opened
}

// The browser decodes what it puts on the clipboard.
const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="

/** Puts a picture on the real clipboard, as a screenshot is, and with it a text where it comes with one. */
const copy = (page: Page, text?: string) =>
  page.evaluate(
    async ([base64, text]) => {
      const image = await (await fetch(`data:image/png;base64,${base64}`)).blob()
      const words = text && { "text/plain": new Blob([text], { type: "text/plain" }) }
      await navigator.clipboard.write([new ClipboardItem({ "image/png": image, ...words })])
    },
    [picture, text],
  )

const paste = async (page: Page, place: string) => page.locator(place).press("Control+V")

/** What each input holds, by its name. */
const held = (page: Page) =>
  page
    .locator("input[type=file]")
    .evaluateAll((all) =>
      Object.fromEntries(
        (all as HTMLInputElement[]).map(({ name, files }) => [name, [...(files ?? [])].map((file) => file.name)]),
      ),
    )

const stamped = (name: string) => expect.stringMatching(`^${name}[- ]\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d-\\d\\d\\.png$`)

describe("takePastes", () => {
  it("uploads a picture that is pasted in a form with one field, under a name that tells when", async () => {
    const { page, token, save, app } = await open(fileInput("photo"))
    await copy(page)
    await paste(page, "[name=title]")
    await token("_photo")
    expect(await held(page)).toEqual({ photo: [stamped("Bild")] })
    await save()
    expect(Object.keys((await app.saved.take()).files)).toEqual(["photo"])
  })

  it("takes a paste for the field that has the focus, where there are several, and else for none", async () => {
    const { page, token } = await open(`${fileInput("upload")} ${fileInput("photo")}`)
    await copy(page)
    await paste(page, "[name=title]")
    await paste(page, "[name=photo]")
    await token("_photo")
    expect(await held(page)).toEqual({ upload: [], photo: [stamped("Bild")] })
  })

  it("takes a paste for the only field of the page where nothing has the focus", async () => {
    const { page, token } = await open(fileInput("upload"))
    await copy(page)
    await page.keyboard.press("Control+V")
    await token()
    expect(await held(page)).toEqual({ upload: [stamped("Bild")] })
  })

  it("leaves text what it is, also where a picture of it comes along", async () => {
    const { page } = await open(`${fileInput("upload")} <textarea></textarea>`, `<div contenteditable>Here</div>`)
    await copy(page, "3 apples")
    await paste(page, "textarea")
    await expect.poll(() => page.locator("textarea").inputValue()).toBe("3 apples")
    await page.locator("[contenteditable]").click()
    await page.keyboard.press("Control+V")
    await expect.poll(() => page.locator("[contenteditable]").innerHTML()).not.toBe("Here")
    expect(await held(page)).toEqual({ upload: [] })
  })

  it("keeps the name of a file that has one, and takes nothing once it is undone", async () => {
    const { page } = await open(fileInput("attachments", "multiple"))
    // By a script, as a browser puts no files on its clipboard itself.
    const pasteFile = () =>
      page.evaluate(() => {
        const clipboardData = new DataTransfer()
        clipboardData.items.add(new File(["x"], "plan.png", { type: "image/png" }))
        document.forms[0]?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }))
      })
    await pasteFile()
    await page.evaluate("undo()")
    await pasteFile()
    expect(await held(page)).toEqual({ attachments: ["plan.png"] })
  })
})
