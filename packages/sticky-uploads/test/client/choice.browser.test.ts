import { stickyField } from "sticky-uploads/html"
import { describe, expect, it } from "vitest"
import {
  becomes,
  field,
  file,
  form,
  hidden,
  log,
  names,
  open,
  type PageWorld,
  page,
  pick,
  picker,
  save,
  state,
  status,
  submits,
  type Upload,
  uploads,
  useStandIn,
} from "../support/stand-in.js"

declare const window: Window & PageWorld

useStandIn()

describe("the last choice", () => {
  it("wins, also over a late answer to the one before (D4)", async () => {
    await open(form(field))
    await pick("a.txt")
    const first = await uploads.take()
    await first.part()
    await pick("b.txt")
    const second = await uploads.take()
    await first.aborted
    await second.accept("second")
    await becomes("ready")
    await first.accept("first")
    expect(await hidden()).toEqual(["second"])
  })

  it("empties the token of the one before at once (D6)", async () => {
    await open(form(field))
    await pick("a.txt")
    await (await uploads.take()).accept("old")
    await becomes("ready")
    await pick("b.txt")
    expect(await hidden()).toEqual([""])
    await uploads.take()
    await save()
    expect(names(await submits.take())).toEqual(["_upload=", "button=save", "upload=b.txt"])
  })

  it("clears when it is empty (D5)", async () => {
    await open(form(field))
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    await picker().setInputFiles([])
    expect([await state(), await hidden()]).toEqual(["idle", [""]])
    await pick("b.txt")
    const running = await uploads.take()
    await page.evaluate(() => window.input.stickyUploader?.clear())
    await running.aborted
    expect([await state(), await status(), await picker().inputValue()]).toEqual(["idle", "", ""])
  })

  it("that is taken back leaves the file that the page came with and still names: it was lost", async () => {
    const files = [{ token: "staged", name: "old.png", size: 5 }]
    await open(form(stickyField({ name: "upload", url: "/sticky/submission.create/upload", files, required: true })))
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    expect(await hidden()).toEqual(["token"])
    await picker().setInputFiles([])
    expect([await state(), await hidden()]).toEqual(["ready", ["staged"]])
    await save()
    expect(names(await submits.take())).toContain("_upload=staged")
  })

  it("is taken back by the form's reset, which leaves what the page came with", async () => {
    await open(form(`${field}<input type="hidden" name="_upload" value="staged"><input type="reset">`))
    await page.locator("[type=reset]").click()
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    expect([await state(), await hidden()]).toEqual(["ready", ["staged"]])
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    await page.locator("[type=reset]").click()
    // The browser empties the input at once; the client looks a turn later.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    expect([await state(), await hidden()]).toEqual(["ready", ["staged"]])
    expect(await page.evaluate(() => window.input.value)).toBe("")
  })

  it("stays when another listener prevents the form's reset", async () => {
    await open(
      form(`${field}<input type="reset">`),
      `client.bind(); document.forms[0].addEventListener("reset", (event) => event.preventDefault())`,
    )
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    await page.locator("[type=reset]").click()
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    expect([await state(), await hidden()]).toEqual(["ready", ["token"]])
  })

  it("of several keeps the uploads of the files that stay in it", async () => {
    await open(form(field.replace("<input", "<input multiple")))
    await picker().setInputFiles([file("a.txt"), file("b.txt"), file("c.txt")])
    const sent = [await uploads.take(), await uploads.take(), await uploads.take()]
    const byName = new Map<string | undefined, Upload>()
    for (const upload of sent) byName.set((await upload.part()).filename, upload)
    await byName.get("c.txt")?.accept("c")
    await page.waitForFunction(() => window.input.stickyUploader?.parts[2]?.state === "ready")
    await picker().evaluate((each) => {
      const rest = new DataTransfer()
      for (const file of (each as HTMLInputElement).files ?? []) if (file.name !== "a.txt") rest.items.add(file)
      Object.assign(each, { files: rest.files }).dispatchEvent(new Event("change"))
    })
    await byName.get("a.txt")?.aborted
    await byName.get("b.txt")?.accept("b")
    await becomes("ready")
    expect([await hidden(), uploads.size]).toEqual([["b", "c"], 0])
  })

  it("is told to the hook change, with what it became and when it was taken back", async () => {
    await open(
      form(field),
      `client.bind(document, { change(parts, own) { log.push([own === this, own.state, parts.length]) } })
       document.addEventListener("sticky:change", (event) => log.push(event.detail.data === event.detail.uploader.parts))`,
    )
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    const told = (await log()).filter((each) => each !== true)
    expect([told[0], told.at(-1)]).toEqual([
      [true, "uploading", 1],
      [true, "ready", 1],
    ])
    await picker().setInputFiles([])
    expect((await log()).slice(-2)).toEqual([[true, "idle", 0], true])
    expect(await log()).not.toContain(false)
  })

  it("may be refused by the page, for a reason of its own", async () => {
    await open(
      form(field),
      `client.bind(document, { before(file, own) { if (file.name === "a.txt") own.refuse(file, "Not this one.") } })`,
    )
    await pick("a.txt")
    await becomes("refused")
    expect([await status(), uploads.size]).toEqual(["Not this one.", 0])
    await save()
    expect(submits.size).toBe(0)
    await pick("b.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    expect(await status()).toBe("")
  })

  it("is uploaded again by retry where it did not get through, and all of it by renew", async () => {
    await open(form(field.replace("<input", "<input multiple")))
    await picker().setInputFiles([file("a.txt"), file("b.txt")])
    for (const upload of [await uploads.take(), await uploads.take()]) {
      if ((await upload.part()).filename === "a.txt") await upload.accept("a")
      else upload.cut()
    }
    await becomes("failed")
    await page.evaluate(() => window.input.stickyUploader?.retry())
    const again = await uploads.take()
    expect((await again.part()).filename).toBe("b.txt")
    await again.accept("b")
    await becomes("ready")
    expect([await hidden(), uploads.size]).toEqual([["a", "b"], 0])
    await page.evaluate(() => window.input.stickyUploader?.renew())
    for (const upload of [await uploads.take(), await uploads.take()])
      await upload.accept(`new ${(await upload.part()).filename}`)
    await becomes("ready")
    expect(await hidden()).toEqual(["new a.txt", "new b.txt"])
  })
})
