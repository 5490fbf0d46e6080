import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { describe, expect, it } from "vitest"
import { drag } from "../support/drag.js"
import { bytesOf, chromiumPages } from "../support/open-page.js"
import { temporaryDirectory } from "../support/serve.js"
import type { PageOptions } from "../support/serve-page.js"
import { fileInput, form, startForm } from "../support/start-form.js"

const start = startForm(chromiumPages())

const script = `
  import { createStickyClient } from "sticky-uploads/client"
  import { checkLimits, takeDrops } from "sticky-uploads/view"
  window.client = createStickyClient({ url: "/uploads" })
  client.bind()
  checkLimits()
  window.undo = takeDrops()`

/** Opens a form with these fields, a paragraph around it, and what else is on the page. */
const open = (fields: string, elsewhere = "", options: Partial<PageOptions> = {}) =>
  start({ script, page: () => `${form(fields)}<p id="elsewhere">Elsewhere</p>${elsewhere}`, ...options })

/** Makes files, and folders where a name ends so; what is in a file tells which it is. */
async function onDisk(...names: string[]): Promise<string[]> {
  const directory = await temporaryDirectory()
  const make = async (name: string) => {
    const path = join(directory, name)
    await (name.endsWith("/") ? mkdir(path) : writeFile(path, bytesOf(name)))
    return path
  }
  return Promise.all(names.map(make))
}

const dragFiles = async (page: Page, ...names: string[]) => drag(page, ...(await onDisk(...names)))

/** What each input holds, by its name. */
const held = (page: Page) =>
  page
    .locator("input[type=file]")
    .evaluateAll((all) =>
      Object.fromEntries(
        (all as HTMLInputElement[]).map(({ name, files }) => [name, [...(files ?? [])].map((file) => file.name)]),
      ),
    )
const marked = (page: Page) => page.locator("[data-drop=over]").evaluateAll((all) => all.map((each) => each.id))

describe("takeDrops", () => {
  it("uploads what is dropped on a field, as if it had been picked", async () => {
    const { page, app, picker, token, save } = await open(fileInput("upload", "required"))
    await (await dragFiles(page, "a.txt")).drop(picker)
    await token()
    expect(await held(page)).toEqual({ upload: ["a.txt"] })
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
  })

  it("takes a drop anywhere on a form that has one field", async () => {
    const { page, token } = await open(fileInput("upload"))
    await (await dragFiles(page, "a.txt")).drop(page.locator("[name=title]"))
    const known = await token()
    await (await dragFiles(page, "b.txt")).drop(page.getByText("Other"))
    await token("_upload", known)
    expect(await held(page)).toEqual({ upload: ["b.txt"] })
  })

  it("takes a drop for the field that it lies on where there are several, and else for none", async () => {
    const { page } = await open(`
      <fieldset><legend>One</legend>${fileInput("upload")}</fieldset>
      <label id="of-photo" for="photo">Photo</label> <span>between</span> ${fileInput("photo", 'id="photo"')}`)
    await (await dragFiles(page, "one.txt")).drop(page.getByText("One", { exact: true }))
    await (await dragFiles(page, "photo.png")).drop(page.locator("#of-photo"))
    for (const place of ["between", "Elsewhere"]) await (await dragFiles(page, "x.txt")).drop(page.getByText(place))
    expect(await held(page)).toEqual({ upload: ["one.txt"], photo: ["photo.png"] })
  })

  it("keeps a browser from opening what misses, wherever it falls", async () => {
    const { page, log } = await open(`${fileInput("upload")} ${fileInput("photo")}`)
    await page.evaluate(`
      window.log = []
      addEventListener("dragover", (event) => log.push([event.defaultPrevented, event.dataTransfer.dropEffect]))`)
    const dragged = await dragFiles(page, "x.txt")
    const places = ["#elsewhere", "[name=title]", "[value=save]", "html"]
    for (const place of places) await dragged.over(page.locator(place))
    expect(await log()).toEqual(places.map(() => [true, "none"]))
  })

  it("adds to what a field of several files has", async () => {
    const { page, pick, hidden } = await open(fileInput("attachments", "multiple"))
    await pick("a.txt")
    await (await dragFiles(page, "b.txt", "c.txt")).drop(page.locator("#form"))
    await expect.poll(() => hidden("_attachments")).toHaveLength(3)
    expect(await held(page)).toEqual({ attachments: ["a.txt", "b.txt", "c.txt"] })
  })

  it("says that one field takes one file, and leaves the one it has", async () => {
    const { page, pick, token, hidden, says, save, app } = await open(fileInput("upload"))
    await pick("a.txt")
    const known = await token()
    await (await dragFiles(page, "b.txt", "c.txt")).drop(page.locator("#form"))
    await says("Only one file goes here, and these are 2.")
    expect([await held(page), await hidden()]).toEqual([{ upload: ["a.txt"] }, [known]])
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
  })

  it("refuses a folder with a word, and takes the files beside it", async () => {
    const { page, hidden, says } = await open(fileInput("attachments", "multiple"))
    await (await dragFiles(page, "photos/", "a.txt")).drop(page.locator("#form"))
    await says("A folder cannot be uploaded, only its files: photos")
    await expect.poll(() => hidden("_attachments")).toHaveLength(1)
    expect(await held(page)).toEqual({ attachments: ["a.txt"] })
  })

  it("has limits checked as of a pick", async () => {
    const { page, says } = await open(fileInput("upload", 'data-max-bytes="5"'))
    await (await dragFiles(page, "a.txt")).drop(page.locator("#form"))
    await says("File is 14 bytes; the limit is 5 bytes: a.txt")
  })

  it("takes nothing for a field that is switched off, and leaves it out of a form's choice", async () => {
    const { page } = await open(`
      <fieldset disabled>${fileInput("photo")}</fieldset>
      <div id="row">${fileInput("items[0].file", "disabled")} its row</div>
      ${fileInput("upload")}`)
    for (const place of ["fieldset", "#row"]) await (await dragFiles(page, "x.txt")).drop(page.locator(place))
    await (await dragFiles(page, "a.txt")).drop(page.locator("[name=title]"))
    expect(await held(page)).toEqual({ photo: [], "items[0].file": [], upload: ["a.txt"] })
  })

  it("marks the field that would get what is dragged, and nothing once it is gone", async () => {
    const { page } = await open(fileInput("upload", 'id="one"'))
    const dragged = await dragFiles(page, "a.txt")
    const seen: string[][] = []
    const look = async (act: Promise<void>) => {
      await act
      seen.push(await marked(page))
    }
    await look(dragged.over(page.locator("#form")))
    await look(dragged.over(page.locator("#elsewhere")))
    await look(dragged.over(page.locator("[name=title]")))
    await look(dragged.leave())
    await look(dragged.drop(page.locator("#form")))
    await page.evaluate("undo()")
    await look(dragged.over(page.locator("#form")))
    expect(seen).toEqual([["one"], [], ["one"], [], [], []])
  })

  it("keeps to the tree that it is given, and leaves others to those who take them", async () => {
    const { page } = await start({
      script: script.replace("takeDrops()", "['one', 'two'].map((id) => takeDrops(document.getElementById(id)))"),
      page: () =>
        form(`
          <p id="one">One ${fileInput("upload")}</p>
          <p id="two">Two ${fileInput("photo")}</p>
          ${fileInput("items[0].file")}`),
    })
    for (const [place, name] of [
      ["#one", "a.txt"],
      ["#two", "b.txt"],
      ["[name='items[0].file']", "c.txt"],
    ] as const)
      await (await dragFiles(page, name)).drop(page.locator(place))
    expect(await held(page)).toEqual({ upload: ["a.txt"], photo: ["b.txt"], "items[0].file": [] })
  })

  it("leaves text, the file inputs of others and what somebody else takes alone", async () => {
    const { page } = await open(
      `${fileInput("upload")} <textarea></textarea>`,
      `<input type="file" name="foreign" id="foreign"><div id="board">A board of its own</div>`,
    )
    await page.evaluate(() => {
      document.getElementById("board")?.addEventListener("dragover", (event) => {
        event.preventDefault()
        if (event.dataTransfer) event.dataTransfer.dropEffect = "copy"
      })
      document.getElementById("board")?.addEventListener("drop", (event) => {
        event.preventDefault()
        document.title = `${event.dataTransfer?.files[0]?.name}`
      })
    })
    await (await drag(page, "some words")).drop(page.locator("textarea"))
    await (await dragFiles(page, "a.txt")).drop(page.locator("#foreign"))
    await (await dragFiles(page, "b.txt")).drop(page.locator("#board"))
    expect(await page.locator("textarea").inputValue()).toBe("some words")
    expect([await held(page), await page.title()]).toEqual([{ upload: [], foreign: ["a.txt"] }, "b.txt"])
  })
})
