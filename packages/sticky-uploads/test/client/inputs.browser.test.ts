import { stickyField } from "sticky-uploads/html"
import { describe, expect, it } from "vitest"
import {
  becomes,
  field,
  file,
  form,
  hidden,
  names,
  open,
  type PageWorld,
  page,
  pick,
  picker,
  save,
  sink,
  state,
  submits,
  uploads,
  useStandIn,
} from "../support/stand-in.js"

declare const window: Window & PageWorld

useStandIn()

describe("inputs", () => {
  it("may have any legal name, also twice (D7)", async () => {
    const odd = field.replace(`"upload"`, `"items[0].file"`)
    await open(form(odd + odd))
    await page.locator("input[type=file]").nth(0).setInputFiles(file("a.txt"))
    await (await uploads.take()).accept("1")
    await page.locator("input[type=file]").nth(1).setInputFiles(file("b.txt"))
    const second = await uploads.take()
    await save()
    expect(names(await submits.take())).toEqual(
      ["_items[0].file=1", "_items[0].file=", "button=save", "items[0].file=b.txt"].sort(),
    )
    await second.aborted
  })

  it("may be tied to their form by an attribute, or stand alone (D8)", async () => {
    const tied = field.replace("<input", `<input form="form"`)
    await open(`${tied}${form("")}${field.replace(`"upload"`, `"alone"`)}`)
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    await page.locator("[name=alone]").setInputFiles(file("b.txt"))
    await (await uploads.take()).accept("2")
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("[name=_alone]")?.value === "2")
    await save()
    expect(names(await submits.take())).toEqual(["_upload=token", "button=save"])
  })

  it("that come later are bound too, until bind is undone (B1)", async () => {
    await open(form(""), `window.unbind = client.bind()`)
    await page.evaluate((field) => document.forms[0]?.insertAdjacentHTML("afterbegin", field), field)
    await pick("a.txt")
    await (await uploads.take()).accept()
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("[name=_upload]")?.value === "token")
    await page.evaluate(() => (window as unknown as { unbind: () => void }).unbind())
    expect(await picker().evaluate((each) => (each as HTMLInputElement).stickyUploader)).toBe(undefined)
    await pick("b.txt")
    await save()
    expect(names(await submits.take())).toEqual(["_upload=", "button=save", "upload=b.txt"])
  })

  it("that are required are satisfied by a token, and by nothing else (W6)", async () => {
    const required = field.replace("<input", "<input required")
    await open(form(`${required}<input type="hidden" name="_upload" value="staged">`, `target="sink"`).concat(sink))
    await save()
    expect(names(await submits.take())).toContain("_upload=staged")
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    await page.evaluate(() => window.input.stickyUploader?.clear())
    await save()
    expect([await state(), submits.size]).toEqual(["idle", 0])
    expect(await picker().evaluate((each) => (each as HTMLInputElement).validity.valueMissing)).toBe(true)
  })

  it("that take several files carry a token for each, and leave boxes alone that are not theirs", async () => {
    const files = [{ token: "kept", name: "kept.pdf", size: 5 }]
    const html = stickyField({ name: "attachments", url: "/sticky/album.add/attachments.*", multiple: true, files })
    await open(form(html))
    await picker().setInputFiles([file("a.txt"), file("b.txt")])
    const [first, second] = [await uploads.take(), await uploads.take()]
    expect(first.target).toBe("album.add/attachments.*")
    await first.accept((await first.part()).filename)
    await second.accept((await second.part()).filename)
    await becomes("ready")
    expect(await hidden("_attachments")).toEqual(["kept", "a.txt", "b.txt"])
    await picker().setInputFiles([file("c.txt")])
    expect(await hidden("_attachments")).toEqual(["kept"])
    const third = await uploads.take()
    await third.accept("c")
    await becomes("ready")
    await save()
    expect(names(await submits.take())).toEqual(["_attachments=c", "_attachments=kept", "button=save"])
  })

  it("of several, of which some failed, send those as files and the others as tokens", async () => {
    await open(form(field.replace("<input", "<input multiple")))
    await picker().setInputFiles([file("a.txt"), file("b.txt")])
    const both = [await uploads.take(), await uploads.take()]
    for (const upload of both) {
      if ((await upload.part()).filename === "a.txt") await upload.accept("a")
      else upload.cut()
    }
    await becomes("failed")
    await save()
    expect(names(await submits.take())).toEqual(["_upload=a", "button=save", "upload=b.txt"])
  })
})

describe("attach", () => {
  it("works in a shadow root, where events do not leave", async () => {
    await open(
      `<div id="host"></div>`,
      `const root = document.getElementById("host").attachShadow({ mode: "open" })
       root.innerHTML = \`${form(field, `target="sink"`)}<iframe name="sink"></iframe>\`
       window.input = root.querySelector("input")
       client.attach(input, "submission.create/upload", { submit: "wait" })`,
    )
    await pick("a.txt")
    const upload = await uploads.take()
    await save()
    expect(submits.size).toBe(0)
    await upload.accept()
    expect(names(await submits.take())).toEqual(["_upload=token", "button=save"])
  })

  it("uploads what was picked before the script came: it stayed behind until the submit", async () => {
    await open(form(field), `window.arrive = () => client.attach(input, "submission.create/upload")`)
    await pick("early.txt")
    await page.evaluate(() => (window as unknown as { arrive(): void }).arrive())
    await (await uploads.take()).accept("of early.txt")
    await becomes("ready")
    expect(await hidden()).toEqual(["of early.txt"])
  })

  it("can be undone and done again, as React's strict mode does", async () => {
    await open(
      form(field),
      `client.attach(input, "submission.create/upload").destroy(); client.attach(input, "submission.create/upload")`,
    )
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    expect(await page.locator("output").count()).toBe(1)
    expect(await hidden()).toEqual(["token"])
    expect(uploads.size).toBe(0)
  })
})
