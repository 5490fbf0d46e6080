import { stickyField } from "sticky-uploads/html"
import type { InvalidForm } from "sticky-uploads/server"
import { describe, expect, it, onTestFinished } from "vitest"
import { faultsOf } from "./support/faults.js"
import { bytesOf, chromiumPages, picked } from "./support/open-page.js"
import { servePage, uploadUrl } from "./support/serve-page.js"

const openPage = chromiumPages()

const script = `
  import { createStickyClient } from "sticky-uploads/client"
  import { addPicks, checkLimits, showFiles } from "sticky-uploads/view"
  checkLimits()
  showFiles()
  addPicks()
  createStickyClient({ url: "/uploads" }).bind()`

const page = (form?: InvalidForm) => `
  <main><h1>Album</h1><form method="post" action="/submissions" enctype="multipart/form-data">
    <label>Title <input name="title"></label>
    <label for="attachments">Pictures</label>
    ${stickyField({
      name: "attachments",
      url: uploadUrl("attachments.*"),
      multiple: true,
      limits: { maxFiles: 4 },
      files: form?.files.attachments ?? [],
      errors: form?.errors.attachments ?? [],
    })}
    <button name="button" value="save">Save</button></form></main>`

describe("the order of files", () => {
  it("and what was taken out survive a failed submit, with JavaScript, and every file goes up once", async () => {
    const server = await servePage({ page, script })
    const { page: tab, pick, save } = await openPage(server.url)
    const names = () => tab.locator(".sticky-name").allTextContents()
    const press = (name: string) => tab.getByRole("button", { name, exact: true }).press("Enter")
    const areUp = (count: number) =>
      tab.waitForFunction((count) => document.querySelectorAll("[data-state=ready]").length === count, count)
    await pick("a.txt", "b.txt", "c.txt")
    await areUp(3)
    await press("Move up c.txt")
    await press("Move up c.txt")
    await press("Remove b.txt")
    const shown = tab.waitForEvent("load")
    await save()
    await shown
    await areUp(2)
    expect([await names(), await tab.locator("[type=checkbox]").count()]).toEqual([["c.txt", "a.txt"], 0])
    await pick("d.txt")
    await areUp(3)
    await press("Move up d.txt")
    expect(await names()).toEqual(["c.txt", "d.txt", "a.txt"])
    await tab.getByLabel("Title").fill("Album")
    await save()
    const { files } = await server.saved.take()
    expect([files.attachments, server.received]).toEqual([["c.txt", "d.txt", "a.txt"].map(bytesOf), 4])
  })

  it("and what was taken out survive a failed submit without JavaScript", async () => {
    const server = await servePage({ page, script })
    const context = await (await openPage(server.url)).page
      .context()
      .browser()
      ?.newContext({ javaScriptEnabled: false })
    onTestFinished(() => context?.close())
    const tab = await context?.newPage()
    if (!tab) throw new Error("no page")
    await tab.goto(server.url)
    const pick = (...names: string[]) => tab.locator("[type=file]").setInputFiles(names.map((name) => picked(name)))
    const save = async () => {
      const shown = tab.waitForEvent("load")
      await tab.getByRole("button", { name: "Save" }).click()
      await shown
    }
    await pick("b.txt", "a.txt", "c.txt")
    await save()
    const boxes = tab.locator("[type=checkbox]")
    expect(await tab.locator(".sticky-box").allTextContents()).toEqual(
      ["b.txt", "a.txt", "c.txt"].map((name) => expect.stringContaining(`Keep ${name}`)),
    )
    await boxes.nth(1).uncheck()
    await pick("d.txt")
    await save()
    await tab.getByLabel("Title").fill("Album")
    await save()
    const { files } = await server.saved.take()
    expect(files.attachments).toEqual(["b.txt", "c.txt", "d.txt"].map(bytesOf))
  })
})

describe("showFiles, of several files", () => {
  it("leaves axe nothing to say, in whatever state they are", async () => {
    const server = await servePage({ page, script })
    server.front.hold()
    const { page: tab, pick } = await openPage(server.url)
    await pick("a.txt", "b.txt", "c.txt", "d.txt", "e.txt")
    const held = await server.front.next()
    await server.front.next()
    await server.front.next()
    expect(await faultsOf(tab)).toEqual([])
    held.release()
    await tab.locator("[data-state=ready]").waitFor()
    await tab.getByRole("button", { name: "Move down a.txt" }).click()
    expect(
      await tab.locator("[data-state]").evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.state)),
    ).toEqual(expect.arrayContaining(["ready", "uploading", "refused"]))
    expect(await faultsOf(tab)).toEqual([])
  })
})
